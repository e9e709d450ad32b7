type Data = Readonly<Record<string, unknown>>;

/** What is derived from the interfaces of an inventory (Ironic drivers/modules/inspector/hooks/validate_interfaces.py). */
export interface InterfacesFound {
  readonly all_interfaces: Record<string, Data>;
  readonly valid_interfaces: Record<string, Data>;
  readonly macs: readonly string[];
}

/** The network interfaces of an inventory by name, and those that a port could be made of; a text when there is none. */
export function interfacesFound(inventory: Data): InterfacesFound | string {
  const pxeMac = pxeMacOf(inventory);
  const all: Record<string, Data> = {};
  for (const item of listOf(inventory['interfaces'])) {
    const { name, mac_address: mac, ipv6_address: ipv6 } = item;
    if (typeof name !== 'string' || name === '' || typeof mac !== 'string' || !isMac(mac)) continue;
    const address = typeof ipv6 === 'string' ? ipv6.replace(/%.*$/, '') : null;
    all[name] = { ...item, pxe_enabled: mac.toLowerCase() === pxeMac, ipv6_address: address };
  }
  if (Object.keys(all).length === 0) return 'no valid network interfaces';
  const valid = Object.fromEntries(
    Object.entries(all).filter(([name, found]) => name !== 'lo' && !isLoopback(found) && chosen(found, pxeMac)),
  );
  if (Object.keys(valid).length === 0) {
    return 'no network interfaces match the configuration (add_ports set to "pxe")';
  }
  const macs = Object.values(valid).map((found) => String(found['mac_address']));
  return { all_interfaces: all, valid_interfaces: valid, macs };
}

/** The CPU's architecture, for properties.cpu_arch (Ironic hooks/architecture.py); undefined when it is not said. */
export function architectureOf(inventory: Data): string | undefined {
  const cpu = inventory['cpu'];
  const architecture = isData(cpu) ? cpu['architecture'] : undefined;
  return typeof architecture === 'string' && architecture !== '' ? architecture : undefined;
}

/** MAC addresses and BMC addresses by which a ramdisk says which machine it is on; what is no address is left out. */
export function addressesOf(inventory: Data): { readonly macs: readonly string[]; readonly bmc: readonly string[] } {
  const macs = listOf(inventory['interfaces']).flatMap(({ mac_address: mac }) =>
    typeof mac === 'string' && isMac(mac) ? [mac.toLowerCase()] : [],
  );
  const bmc = [inventory['bmc_address'], inventory['bmc_v6address']].filter(
    (address): address is string => typeof address === 'string' && address !== '',
  );
  return { macs, bmc };
}

/** With `[inspector]add_ports` = pxe, Ironic's default, only the interface that booted counts, if it is known. */
function chosen(found: Data, pxeMac: string | undefined): boolean {
  return pxeMac === undefined || found['pxe_enabled'] === true;
}

function pxeMacOf(inventory: Data): string | undefined {
  const boot = inventory['boot'];
  const given = isData(boot) ? boot['pxe_interface'] : undefined;
  if (typeof given !== 'string' || given === '') return undefined;
  // pxelinux writes 01-aa-bb-cc-dd-ee-ff.
  const mac = given.includes('-') ? given.slice(given.indexOf('-') + 1).replaceAll('-', ':') : given;
  return mac.toLowerCase();
}

function isLoopback(found: Data): boolean {
  const address = found['ipv4_address'] ?? found['ipv6_address'];
  return typeof address === 'string' && (address.startsWith('127.') || address === '::1');
}

function isMac(text: string): boolean {
  return /^([0-9a-f]{2}:){5}[0-9a-f]{2}$/i.test(text);
}

function listOf(value: unknown): readonly Data[] {
  return Array.isArray(value) ? value.filter(isData) : [];
}

function isData(value: unknown): value is Data {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A port as far as VIFs are concerned. */
export interface VifPort {
  readonly id: number;
  readonly uuid: string;
  readonly portgroupId: number | null;
  readonly pxeEnabled: boolean;
  readonly physicalNetwork: string | null;
  /** The tenant's VIF that is attached. */
  readonly vif: string | undefined;
}

/** A portgroup as far as VIFs are concerned. */
export interface VifPortgroup {
  readonly id: number;
  readonly uuid: string;
  readonly vif: string | undefined;
}

/** What a VIF may be attached to. */
export interface VifCandidates {
  readonly ports: readonly VifPort[];
  readonly portgroups: readonly VifPortgroup[];
}

/** What the client asks for. */
export interface WantedVif {
  readonly id: string;
  /** Only this port, or else only this portgroup. */
  readonly portUuid?: string | undefined;
  readonly portgroupUuid?: string | undefined;
}

/** Where a VIF goes, or why nowhere: Ironic's status and text. */
export type VifChoice =
  | { readonly kind: 'port' | 'portgroup'; readonly id: number; readonly uuid: string }
  | { readonly kind: 'refused'; readonly status: 400 | 409; readonly text: string };

/**
 * Chooses the port or portgroup of a node for a VIF: a free portgroup with ports before a port, a port that boots from
 * the network before one that does not, the older before the newer. A portgroup of which a port has a VIF gives its
 * other ports one by one (Ironic drivers/modules/network/common.py get_free_port_like_object, without physical
 * networks, which only a network service knows).
 */
export function chooseForVif(wanted: WantedVif, { ports, portgroups }: VifCandidates): VifChoice {
  const onlyPort = wanted.portUuid;
  const onlyPortgroup = onlyPort === undefined ? wanted.portgroupUuid : undefined;
  const inQuestion = ports.filter(({ uuid }) => onlyPort === undefined || uuid === onlyPort);
  const groupsInQuestion = onlyPort === undefined ? portgroups : [];

  const holder = inQuestion.find(({ vif }) => vif === wanted.id);
  if (holder) return alreadyAttached(wanted.id, 'Port', holder.uuid);
  const groupHolder = groupsInQuestion.find(({ uuid, vif }) => isWanted(uuid, onlyPortgroup) && vif === wanted.id);
  if (groupHolder) return alreadyAttached(wanted.id, 'Portgroup', groupHolder.uuid);

  const free = inQuestion.filter(({ vif }) => vif === undefined);
  const broken = new Set(inQuestion.filter(({ vif }) => vif !== undefined).map(({ portgroupId }) => portgroupId));
  const usable = groupsInQuestion.filter(({ uuid, vif }) => isWanted(uuid, onlyPortgroup) && vif === undefined);
  const whole = usable.find(({ id }) => !broken.has(id) && free.some(({ portgroupId }) => portgroupId === id));
  if (whole) return { kind: 'portgroup', id: whole.id, uuid: whole.uuid };

  const single = onlyPortgroup === undefined ? free.filter((port) => standsAlone(port, usable, broken)) : [];
  const chosen = single.find(({ pxeEnabled }) => pxeEnabled) ?? single[0];
  if (chosen) return { kind: 'port', id: chosen.id, uuid: chosen.uuid };
  return { kind: 'refused', status: 400, text: `Unable to attach VIF ${wanted.id}, not enough free physical ports.` };
}

function isWanted(uuid: string, only: string | undefined): boolean {
  return only === undefined || uuid === only;
}

function standsAlone(
  { portgroupId }: VifPort,
  usable: readonly VifPortgroup[],
  broken: ReadonlySet<number | null>,
): boolean {
  return portgroupId === null || (broken.has(portgroupId) && usable.some(({ id }) => id === portgroupId));
}

function alreadyAttached(vif: string, type: 'Port' | 'Portgroup', uuid: string): VifChoice {
  const text = `Unable to attach VIF because VIF ${vif} is already attached to Ironic ${type} ${uuid}`;
  return { kind: 'refused', status: 409, text };
}

/** The port or portgroup that has the VIF, portgroups first. */
export function holderOfVif(
  id: string,
  { ports, portgroups }: VifCandidates,
): { readonly kind: 'port' | 'portgroup'; readonly id: number } | undefined {
  const group = portgroups.find(({ vif }) => vif === id);
  if (group) return { kind: 'portgroup', id: group.id };
  const port = ports.find(({ vif }) => vif === id);
  return port && { kind: 'port', id: port.id };
}

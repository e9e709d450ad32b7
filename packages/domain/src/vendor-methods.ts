/** A vendor method as `GET vendor_passthru/methods` shows it (Ironic drivers/base.py passthru). */
export interface VendorMethod {
  readonly http_methods: readonly string[];
  /** Answered with 202 before it has run. */
  readonly async: boolean;
  readonly description: string;
  /** The result is a file rather than JSON; none is so far. */
  readonly attach: boolean;
  /** Needs a node without running work. */
  readonly require_exclusive_lock: boolean;
}

/** The vendor methods of one interface by name. */
export type VendorMethods = Readonly<Record<string, VendorMethod>>;

function method(description: string, facts: Partial<VendorMethod> = {}): VendorMethod {
  return { http_methods: ['POST'], async: true, description, attach: false, require_exclusive_lock: true, ...facts };
}

/** By vendor_interface (Ironic drivers/modules/{fake,ipmitool}.py, redfish/vendor.py); `no-vendor` has none. */
const methodsByInterface: Readonly<Record<string, VendorMethods>> = {
  fake: {
    second_method: method('Test if the value of bar is kazoo'),
    third_method_sync: method('Test if the value of bar is meow', { async: false }),
    fourth_method_shared_lock: method('Test if the value of bar is woof', { require_exclusive_lock: false }),
    log_passthrough: method('Test pass-through to wait.'),
  },
  ipmitool: {
    bmc_reset: method("Reset the BMC. Required argument: 'warm' (Boolean) - for warm (True) or cold (False) reset."),
    send_raw: method(
      "Send raw bytes to the BMC. Required argument: 'raw_bytes' - a string of raw bytes (e.g. '0x00 0x01').",
    ),
  },
  redfish: {
    create_subscription: method(
      "Creates a subscription on a node. Required argument: a dictionary of {'Destination': 'destination_url'}",
      { async: false },
    ),
    delete_subscription: method(
      "Delete a subscription on a node. Required argument: a dictionary of {'id': 'subscription_bmc_id'}",
      { async: false, http_methods: ['DELETE'] },
    ),
    eject_vmedia: method(
      'Eject a virtual media device. If no device is provided then all attached devices will be ejected. Optional ' +
        "arguments: 'boot_device' - the boot device to eject, either 'cd', 'dvd', 'usb', or 'floppy'",
    ),
    get_all_subscriptions: method('Returns all subscriptions on the node.', { async: false, http_methods: ['GET'] }),
    get_subscription: method(
      "Get a subscription on a node. Required argument: a dictionary of {'id': 'subscription_bmc_id'}",
      { async: false, http_methods: ['GET'] },
    ),
  },
};

/** Methods of nodes with that vendor interface. */
export function vendorMethods(vendorInterface: string): VendorMethods {
  return Object.hasOwn(methodsByInterface, vendorInterface) ? (methodsByInterface[vendorInterface] ?? {}) : {};
}

/** Methods of a driver as a whole: none of the vendor interfaces here has any, as in Ironic. */
export const driverVendorMethods: VendorMethods = {};

/** Why a method cannot be called so, in Ironic's words; undefined when it can. */
export function vendorCallRefused(methods: VendorMethods, name: string, httpMethod: string): string | undefined {
  const known = Object.hasOwn(methods, name) ? methods[name] : undefined;
  if (known === undefined) return `No handler for method ${name}`;
  if (known.http_methods.includes(httpMethod)) return undefined;
  return `The method ${name} does not support HTTP ${httpMethod}`;
}

/** Why the arguments of a method cannot be taken, by the `validate` of the vendor interface; undefined when they can. */
export function vendorArgumentsRefused(
  vendorInterface: string,
  name: string,
  args: Readonly<Record<string, unknown>>,
): string | undefined {
  if (vendorInterface === 'fake' && name !== 'log_passthrough' && isEmpty(args['bar'])) {
    return `Parameter 'bar' not passed to method '${name}'.`;
  }
  if (vendorInterface === 'ipmitool' && name === 'send_raw' && isEmpty(args['raw_bytes'])) {
    return 'Parameter raw_bytes (string of bytes) was not specified.';
  }
  return undefined;
}

/** What Python takes for false. */
function isEmpty(value: unknown): boolean {
  if (typeof value === 'object' && value !== null) return Object.keys(value).length === 0;
  return !value;
}

import { raidConfigRefused } from '../raid/raid-config.js';
import { bootReason, rescueBootReason } from './boot.js';
import { deployReason } from './deploy.js';
import { ipmiConsoleReason } from './ipmi.js';
import { managementReason, powerReason } from './power.js';
import { redfishReason } from './redfish.js';
import { textOf, unsupported, type Reason, type ValidatedNode } from './validated-node.js';

/** One entry of GET /v1/nodes/{ident}/validate. */
export interface InterfaceResult {
  readonly result: boolean;
  readonly reason?: string;
}

const checks: Readonly<Record<string, (node: ValidatedNode) => Reason>> = {
  boot: bootReason,
  deploy: deployReason,
  management: managementReason,
  network: () => undefined,
  power: powerReason,
  bios: (node) => redfishOr(node, 'bios', node.interfaces.bios),
  console: consoleReason,
  firmware: (node) => redfishOr(node, 'firmware', node.interfaces.firmware),
  inspect: (node) => redfishOr(node, 'inspect', node.interfaces.inspect),
  raid: raidReason,
  rescue: rescueReason,
  storage: () => undefined,
};

/** Whether each interface of the node could do its work with what the rows say, and why not. */
export function validateInterfaces(node: ValidatedNode): Readonly<Record<string, InterfaceResult>> {
  const results = Object.entries(checks).map(([name, check]): [string, InterfaceResult] => {
    const reason = check(node);
    return [name, reason === undefined ? { result: true } : { result: false, reason }];
  });
  return Object.fromEntries(results);
}

/** Nothing is checked before there is a target configuration (Ironic drivers/base.py RAIDInterface.validate). */
function raidReason(node: ValidatedNode): Reason {
  if (node.interfaces.raid === 'no-raid') return unsupported(node, 'raid');
  const { targetRaidConfig } = node;
  return Object.keys(targetRaidConfig).length === 0 ? undefined : raidConfigRefused(targetRaidConfig);
}

function redfishOr(node: ValidatedNode, name: string, implementation: string): Reason {
  if (implementation === `no-${name}`) return unsupported(node, name);
  return implementation === 'redfish' ? redfishReason(node) : undefined;
}

/** Why the console interface cannot be used. */
export function consoleReason(node: ValidatedNode): Reason {
  if (node.interfaces.console === 'no-console') return unsupported(node, 'console');
  return node.interfaces.console === 'ipmitool-socat' ? ipmiConsoleReason(node) : undefined;
}

function rescueReason(node: ValidatedNode): Reason {
  if (node.interfaces.rescue === 'no-rescue') return unsupported(node, 'rescue');
  if (node.interfaces.rescue !== 'agent') return undefined;
  const boot = bootReason(node) ?? rescueBootReason(node);
  if (boot !== undefined) return boot;
  if (textOf(node.instanceInfo, 'rescue_password') !== undefined) return undefined;
  return `Node ${node.uuid} is missing 'instance_info/rescue_password'. It is required for rescuing node.`;
}

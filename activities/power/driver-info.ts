import { NodeInvalid } from '#domain/errors.js';
import { textOf } from '../json.js';
import type { NodeView } from '../node-context.js';
import type { BmcTarget } from './bmc.js';

const privileges = ['ADMINISTRATOR', 'CALLBACK', 'OPERATOR', 'USER'] as const;

/**
 * The BMC's address and account in driver_info, with Ironic's names and defaults (drivers/modules/ipmitool.py
 * _parse_driver_info). @throws NodeInvalid naming the field that is missing or wrong
 */
export function bmcTargetOf(node: NodeView): BmcTarget {
  const { driverInfo } = node;
  const host = textOf(driverInfo, 'ipmi_address');
  if (host === undefined) {
    throw invalid(
      node,
      'ipmi_address',
      "Missing the following IPMI credentials in node's driver_info: ['ipmi_address']",
    );
  }
  refuseUnsupported(node);
  const kg = kgOf(node);
  const cipherSuite = numberOf(node, 'ipmi_cipher_suite');
  return {
    host,
    port: portOf(node),
    username: textOf(driverInfo, 'ipmi_username') ?? '',
    password: textOf(driverInfo, 'ipmi_password') ?? '',
    privilege: privilegeOf(node),
    ...(cipherSuite === undefined ? {} : { cipherSuite }),
    ...(kg === undefined ? {} : { kg }),
  };
}

function invalid({ uuid }: NodeView, field: string, text: string): NodeInvalid {
  return new NodeInvalid(`Node ${uuid}: ${text}`, { hint: `correct driver_info/${field}` });
}

function refuseUnsupported(node: NodeView): void {
  const version = textOf(node.driverInfo, 'ipmi_protocol_version') ?? '2.0';
  if (version !== '2.0') {
    throw invalid(node, 'ipmi_protocol_version', `IPMI protocol version ${version} is not supported, only 2.0 is`);
  }
  const bridging = textOf(node.driverInfo, 'ipmi_bridging') ?? 'no';
  if (bridging !== 'no') throw invalid(node, 'ipmi_bridging', `bridged IPMI (${bridging}) is not supported`);
}

function portOf(node: NodeView): number {
  const port = numberOf(node, 'ipmi_port') ?? 623;
  if (port >= 1 && port <= 65_535) return port;
  throw invalid(node, 'ipmi_port', `ipmi_port "${port}" is not a valid port`);
}

function numberOf(node: NodeView, field: string): number | undefined {
  const text = textOf(node.driverInfo, field);
  if (text === undefined) return undefined;
  if (/^\d{1,5}$/.test(text)) return Number(text);
  throw invalid(node, field, `${field} "${text}" is not a number`);
}

function privilegeOf(node: NodeView): BmcTarget['privilege'] {
  const level = textOf(node.driverInfo, 'ipmi_priv_level') ?? 'ADMINISTRATOR';
  switch (level) {
    case 'ADMINISTRATOR':
      return 'administrator';
    case 'OPERATOR':
      return 'operator';
    case 'USER':
      return 'user';
    default:
      throw invalid(
        node,
        'ipmi_priv_level',
        `Invalid privilege level value:${level}, the valid value can be one of ${privileges.join(', ')}`,
      );
  }
}

function kgOf(node: NodeView): Buffer | undefined {
  const hex = textOf(node.driverInfo, 'ipmi_hex_kg_key');
  if (hex === undefined) return undefined;
  // The key itself stays out of the text: it is a secret.
  if (hex.length % 2 !== 0) throw invalid(node, 'ipmi_hex_kg_key', 'Number of ipmi_hex_kg_key characters is not even');
  if (!/^[0-9a-fA-F]+$/.test(hex)) throw invalid(node, 'ipmi_hex_kg_key', 'ipmi_hex_kg_key is not hexadecimal');
  return Buffer.from(hex, 'hex');
}

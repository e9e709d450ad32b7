import { shown } from '../resource/shown.js';
import { missingOf, textOf, type Reason, type ValidatedNode } from './validated-node.js';

const privileges = ['ADMINISTRATOR', 'CALLBACK', 'OPERATOR', 'USER'];
const bridgings = ['single', 'dual', 'no'];
const bridgingFields = {
  single: ['ipmi_target_channel', 'ipmi_target_address'],
  dual: ['ipmi_transit_channel', 'ipmi_transit_address', 'ipmi_target_channel', 'ipmi_target_address'],
} as const;

/** What is wrong with driver_info for the ipmitool interfaces (Ironic drivers/modules/ipmitool.py _parse_driver_info). */
export function ipmiReason({ driverInfo }: ValidatedNode): Reason {
  if (textOf(driverInfo, 'ipmi_address') === undefined) {
    return "Missing the following IPMI credentials in node's driver_info: ['ipmi_address'].";
  }
  return (
    portReason(driverInfo, 'ipmi_port') ??
    portReason(driverInfo, 'ipmi_terminal_port') ??
    protocolReason(driverInfo) ??
    bridgingReason(driverInfo) ??
    privilegeReason(driverInfo) ??
    keyReason(driverInfo) ??
    cipherReason(driverInfo)
  );
}

/** The same for the console, which has a port of its own (ipmitool.py IPMIConsole.validate). */
export function ipmiConsoleReason(node: ValidatedNode): Reason {
  const reason = ipmiReason(node);
  if (reason !== undefined) return reason;
  if (textOf(node.driverInfo, 'ipmi_terminal_port') === undefined) {
    return "Either missing 'ipmi_terminal_port' parameter in node's driver_info or [console]port_range is not configured";
  }
  return undefined;
}

type Info = ValidatedNode['driverInfo'];

function portReason(info: Info, name: string): Reason {
  const text = textOf(info, name);
  if (text === undefined) return undefined;
  const valid = /^\s*\d+\s*$/.test(text) && Number(text) >= 1 && Number(text) <= 65_535;
  return valid ? undefined : `${name} "${text}" is not a valid port.`;
}

function protocolReason(info: Info): Reason {
  const version = textOf(info, 'ipmi_protocol_version');
  if (version === undefined || version === '2.0' || version === '1.5') return undefined;
  return `Invalid IPMI protocol version value ${version}, the valid value can be one of 2.0, 1.5`;
}

function bridgingReason(info: Info): Reason {
  const bridging = textOf(info, 'ipmi_bridging') ?? 'no';
  if (!bridgings.includes(bridging)) {
    return `Invalid value for ipmi_bridging: ${bridging}, the valid value can be one of: ${shown(bridgings)}`;
  }
  if (bridging !== 'single' && bridging !== 'dual') return undefined;
  const missing = missingOf(info, bridgingFields[bridging]);
  return missing.length > 0 ? `${shown(missing)} not provided` : undefined;
}

function privilegeReason(info: Info): Reason {
  const level = textOf(info, 'ipmi_priv_level');
  if (level === undefined || privileges.includes(level)) return undefined;
  return `Invalid privilege level value:${level}, the valid value can be one of ${privileges.join(', ')}`;
}

/** The key itself stays out of the text. */
function keyReason(info: Info): Reason {
  const key = textOf(info, 'ipmi_hex_kg_key');
  if (key === undefined) return undefined;
  if (key.length % 2 !== 0) return 'Number of ipmi_hex_kg_key characters is not even';
  return /^[0-9a-fA-F]+$/.test(key) ? undefined : 'ipmi_hex_kg_key must contain only hexadecimal characters';
}

function cipherReason(info: Info): Reason {
  const suite = textOf(info, 'ipmi_cipher_suite');
  if (suite === undefined) return undefined;
  if (!/^\s*\d+\s*$/.test(suite)) return `Invalid cipher suite ${suite}, expected a number`;
  return textOf(info, 'ipmi_protocol_version') === '1.5' ? 'Cipher suites cannot be used with IPMI 1.5' : undefined;
}

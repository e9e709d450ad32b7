import { NodeInvalid } from '#domain/errors.js';
import type { NodeWithPorts } from '../node-context.js';
import type { BootImplementation } from './implementation.js';
import { kernelArguments, type BootConfig } from './kernel-arguments.js';
import { checkFiles, namedFiles } from './ramdisk-files.js';

/** The `ipxe` boot interface. Nothing is written anywhere: the boot listener renders the script from the boot's row. */
export function ipxeBoot(config: BootConfig): BootImplementation {
  return {
    async validate(node, signal) {
      checkPorts(node);
      if (node.instanceInfo['image_source'] && node.instanceInfo['boot_iso']) {
        throw new NodeInvalid(
          `Node ${node.uuid}: An 'image_source' and 'boot_iso' parameter may not be specified at the same time`,
          { hint: 'remove one of them from instance_info' },
        );
      }
      kernelArguments(node, config);
      await checkFiles(node, signal);
    },
    ramdisk: (node) => ({ ...namedFiles(node), kernelArguments: kernelArguments(node, config) }),
  };
}

/** Without a port that boots from the network no script can ever be asked for. */
function checkPorts({ uuid, ports }: NodeWithPorts): void {
  if (ports.length === 0) {
    throw new NodeInvalid(`Node ${uuid} does not have any port associated with it`, {
      hint: 'create a port with the MAC address that boots from the network',
    });
  }
  if (!ports.some((port) => port.pxeEnabled)) {
    throw new NodeInvalid(`Node ${uuid} has no port with pxe_enabled, so none of its MAC addresses is served`, {
      hint: 'set pxe_enabled on the port that boots from the network',
    });
  }
}

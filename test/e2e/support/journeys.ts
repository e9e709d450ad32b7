/*
 * What an operator types, on one node each. The same commands were given to a real Ironic, whose answers are kept in
 * test/e2e/recordings (`npm run test:record-ironic`). Names in braces are replaced, in the answers too.
 */

/** The life of a node whose hardware is imagined. */
export const fakeHardware = [
  'node create --driver fake-hardware --name {node} --deploy-interface fake --resource-class baremetal --extra rack=7 -f json',
  'node create --driver nonsense',
  'node list --driver fake-hardware -f json',
  'node show {node} -f json',
  'node show nobody',
  'node validate {node} -f json',
  'node provide {node}',
  'node manage {node} --wait 60',
  'node power on {node}',
  'node show {node} --fields power_state target_power_state -f json',
  'node reboot {node}',
  'node power off {node} --soft --power-timeout 5',
  'node boot device show {node} --supported -f json',
  'node boot device set {node} pxe --persistent',
  'node boot device show {node} -f json',
  'node boot device set {node} nonsense',
  'node maintenance set {node} --reason disk-swap',
  'node show {node} --fields maintenance maintenance_reason fault -f json',
  'node maintenance unset {node}',
  'node set {node} --extra shelf=3 --property memory_mb=4096 --description spare --owner me',
  'node unset {node} --extra shelf --owner',
  'node add trait {node} CUSTOM_GPU',
  'node trait list {node} -f json',
  'node provide {node} --wait 60',
  // Nothing reads it here, but without it Ironic 39 answers a rebuild with 500 (`auto_lessee` in conductor/deployments.py).
  'node set {node} --instance-info image_source={images}/disk.img',
  'node deploy {node} --wait 120',
  'node show {node} -f json',
  'node list --driver fake-hardware --long -f json',
  'node deploy {node}',
  'node rebuild {node} --wait 120',
  'node undeploy {node} --wait 120',
  'node undeploy {node}',
  'node history list {node} -f json',
  'node history list {node} --long -f json',
  // Interface `direct` has more to say about what is missing.
  'node set {node} --deploy-interface direct',
  'node validate {node} -f json',
  'node set {node} --instance-info image_source={images}/disk.img',
  'node validate {node} -f json',
  'node set {node} --instance-info image_os_hash_algo=sha256 --instance-info image_os_hash_value={sha256}',
  'node validate {node} -f json',
  'node delete {node}',
  'node delete {node}',
] as const;

/** A machine with a BMC, up to the point from which only a server with a network of its own could boot it. */
export const ipmi = [
  'node create --driver ipmi --name {node} -f json',
  'node validate {node} -f json',
  'node set {node} --driver-info ipmi_address=127.0.0.1 --driver-info ipmi_port=99999',
  'node validate {node} -f json',
  'node set {node} --driver-info ipmi_port={port} --driver-info ipmi_username={username} --driver-info ipmi_password={password} --driver-info ipmi_priv_level=NOBODY',
  'node validate {node} -f json',
  'node unset {node} --driver-info ipmi_priv_level',
  'port create {mac} --node {uuid} -f json',
  'node validate {node} -f json',
  'node set {node} --driver-info deploy_kernel={images}/kernel --driver-info deploy_ramdisk={images}/ramdisk',
  'node validate {node} -f json',
  'node set {node} --instance-info image_source={images}/disk.img',
  'node validate {node} -f json',
  'node set {node} --instance-info image_os_hash_algo=sha256 --instance-info image_os_hash_value={sha256}',
  'node validate {node} -f json',
  'node manage {node} --wait 60',
  'node power on {node}',
  'node show {node} --fields power_state target_power_state last_error -f json',
  'node reboot {node}',
  'node boot device show {node} --supported -f json',
  'node boot device set {node} pxe --persistent',
  'node boot device show {node} -f json',
  'node boot device set {node} disk',
  'node boot device show {node} -f json',
  'node power off {node}',
  'node show {node} --fields power_state target_power_state last_error -f json',
  'node history list {node} -f json',
] as const;

/** What follows where the machine can boot: each command is also one of {@link fakeHardware}, whose answers it must give. */
export const instance = [
  'node provide {node} --wait 60',
  'node deploy {node} --wait 120',
  'node deploy {node}',
  'node rebuild {node} --wait 120',
  'node undeploy {node} --wait 120',
  'node undeploy {node}',
  'node delete {node}',
] as const satisfies readonly (typeof fakeHardware)[number][];

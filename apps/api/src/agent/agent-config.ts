import { maskedText } from '#domain/secrets.js';

/**
 * `config` of a look-up: what the agent is told about itself (Ironic's defaults).
 * @param heartbeatTimeoutS `[api]ramdisk_heartbeat_timeout`: the agent beats at a random 0.3 to 0.6 of it
 * @param token given in the clear once a boot; null is shown masked
 */
export function agentConfig(
  token: string | null,
  managementInterface: string,
  heartbeatTimeoutS: number,
): Record<string, unknown> {
  return {
    metrics: {
      backend: 'noop',
      prepend_host: false,
      prepend_uuid: false,
      prepend_host_reverse: true,
      global_prefix: null,
    },
    metrics_statsd: { statsd_host: 'localhost', statsd_port: 8125 },
    heartbeat_timeout: heartbeatTimeoutS,
    agent_containers: {
      allow_arbitrary_containers: false,
      allowed_containers: [],
      container_steps_file: '/etc/ironic-python-agent.d/mysteps.yaml',
      runner: 'podman',
      pull_options: [],
      run_options: ['--rm', '--network=host'],
    },
    agent_token: token ?? maskedText,
    agent_token_required: true,
    agent_md5_checksum_enable: true,
    disable_deep_image_inspection: false,
    permitted_image_formats: ['raw', 'gpt', 'qcow2', 'iso'],
    agent_skip_bmc_detect: ['redfish', 'idrac-redfish'].includes(managementInterface),
    enable_bios_bootloader_install: false,
    tls_min_version: '1.3',
    tls_cipher_suites: null,
  };
}

import { describe, expect, it } from 'vitest';
import { readConfig } from './config.js';

describe('readConfig', () => {
  it('has defaults for everything, also for empty variables', () => {
    expect(readConfig({ FLEET_SIZE: '', PATH: '/bin' })).toMatchObject({
      logLevel: 'info',
      fleet: { size: 4, host: '127.0.0.1', bootUrl: 'http://127.0.0.1:8089', timeScale: 1, bmcBasePort: 0 },
    });
  });

  it('reads what is given', () => {
    const { fleet } = readConfig({
      FLEET_SIZE: '200',
      FLEET_BMC_BASE_PORT: '16230',
      FLEET_TIME_SCALE: '0',
      FLEET_HEARTBEAT_TIMEOUT: '30',
      FLEET_DISK_GIB: '8',
      FLEET_DATA_DIR: '/var/lib/fleet',
    });
    expect(fleet).toMatchObject({ size: 200, bmcBasePort: 16_230, timeScale: 0, heartbeatTimeout: 30 });
    expect(fleet).toMatchObject({ diskBytes: 8_589_934_592, dataDir: '/var/lib/fleet' });
  });

  it('names every variable that is wrong', () => {
    const wrong = { FLEET_SIZE: 'many', FLEET_CONTROL_PORT: '70000', FLEET_BOOT_URL: 'ftp://x' };
    expect(() => readConfig(wrong)).toThrow(/FLEET_SIZE.*FLEET_CONTROL_PORT.*FLEET_BOOT_URL/);
  });
});

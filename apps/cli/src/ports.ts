import type { UpConfig } from './config.js';
import { choosePort, chooseUdpRange, isFree, whoListens } from './machine/ports.js';
import { Problem } from './problem.js';

/** The ports of one running Temper. */
export interface Ports {
  readonly api: number;
  readonly boot: number;
  readonly postgres: number;
  readonly temporal: number;
  readonly temporalUi: number;
  readonly workerHealth: number;
  readonly fleetControl: number;
  /** First of as many UDP ports as the fleet has machines. */
  readonly fleetBmcBase: number;
}

/**
 * Decides on the ports: those that people know are taken as asked for, the others as recorded by the last start, or
 * chosen, so that any number of homes work side by side.
 *
 * @param recorded what the last start used
 * @throws Problem when a port that was asked for is in use, naming by what
 */
export async function decidePorts(config: UpConfig, recorded: Readonly<Record<string, number>>): Promise<Ports> {
  const taken = new Set<number>();
  const take = (port: number): number => {
    taken.add(port);
    return port;
  };
  const choose = async (name: keyof Ports, bind = '127.0.0.1', preferred = recorded[name]): Promise<number> =>
    take(await choosePort(bind, preferred, taken));

  const api = take(
    config.apiPort === 0
      ? await choose('api', config.apiBind)
      : await fixed('API', '--port', config.apiBind, config.apiPort),
  );
  const boot =
    config.bootPort === 0
      ? await choose('boot', config.bootBind)
      : config.bootPortGiven
        ? take(await fixed('boot listener', '--boot-port', config.bootBind, config.bootPort))
        : await choose('boot', config.bootBind, await preferredBootPort(config, recorded['boot']));
  return {
    api,
    boot,
    postgres: await choose('postgres'),
    temporal: await choose('temporal'),
    temporalUi: await choose('temporalUi'),
    workerHealth: await choose('workerHealth'),
    fleetControl: await choose('fleetControl'),
    fleetBmcBase: await chooseUdpRange('127.0.0.1', Math.max(config.fleet, 1), recorded['fleetBmcBase']),
  };
}

/** The recorded one first: machines that are booting right now hold scripts with its number. */
async function preferredBootPort(config: UpConfig, recorded: number | undefined): Promise<number> {
  return recorded !== undefined && (await isFree(config.bootBind, recorded)) ? recorded : config.bootPort;
}

async function fixed(what: string, option: string, bind: string, port: number): Promise<number> {
  if (await isFree(bind, port)) return port;
  throw new Problem(
    `Port ${port} for the ${what} on ${bind} is in use by ${whoListens(port)}: stop that, or choose another port with ${option}.`,
  );
}

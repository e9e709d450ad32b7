import type { CallsOf } from '#domain/node-calls.js';
import { currentContact } from '../contact.js';
import { implementationOf, type ByName } from '../implementations.js';
import { loadNodeByUuid, type NodeView, type RowAccess } from '../node-context.js';
import type { ConsoleImplementation } from './implementation.js';

/** What the console activities work with. */
export interface ConsoleDeps extends RowAccess {
  /** By console_interface. The worker's local activities know `fake` only. */
  readonly implementations: ByName<ConsoleImplementation>;
}

/** Starts and stops a node's console by its console interface, and records on the node that it runs. Repeatable. */
export function createConsoleCalls(deps: ConsoleDeps): CallsOf<'console'> {
  const ask = async (nodeUuid: string): Promise<{ node: NodeView; console: ConsoleImplementation }> => {
    const node = await loadNodeByUuid(deps, nodeUuid);
    return { node, console: implementationOf(node, 'console', deps.implementations) };
  };
  const record = async (uuid: string, consoleEnabled: boolean): Promise<null> => {
    const data = { consoleEnabled, lastError: null, updatedAt: new Date() };
    await deps.database.node.update({ where: { uuid }, data });
    return null;
  };
  return {
    async read(nodeUuid) {
      const { node, console } = await ask(nodeUuid);
      return console.read(node, currentContact().signal);
    },
    async start(nodeUuid) {
      const { node, console } = await ask(nodeUuid);
      await console.start(node, currentContact().signal);
      return record(nodeUuid, true);
    },
    async stop(nodeUuid) {
      const { node, console } = await ask(nodeUuid);
      await console.stop(node, currentContact().signal);
      return record(nodeUuid, false);
    },
  };
}

import { EventEmitter, once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import { selfSignedCertificate } from '../../apps/fleet/src/tls/self-signed.js';

/** A command as the real agent (13.0.0) shows it. */
export interface ScriptedCommand {
  id: string;
  command_name: string;
  command_status: string;
  command_error: object | null;
  command_result: object | null;
}

/** What a command was given. */
export interface GivenCommand {
  readonly name: string;
  readonly params: Record<string, unknown>;
}

/** How a command ends: at once with a result or an error, or later by {@link ScriptedAgent.end}. */
export type Script = (params: Record<string, unknown>) => Partial<ScriptedCommand> | 'running';

/**
 * An agent on real HTTPS (TLS 1.3, certificate of its own, token in the query) that does what a test says: the routes
 * and status codes are those measured of ironic-python-agent 13.0.0.
 */
export class ScriptedAgent {
  readonly token = 'x'.repeat(43);
  readonly given: GivenCommand[] = [];
  readonly commands: ScriptedCommand[] = [];
  /** By `extension.command`; a command without a script answers 400. */
  readonly scripts: Record<string, Script> = {};
  /** Requests whose answer is lost after they were carried out: a part of `METHOD path`. */
  loseAnswersTo: string | null = null;
  /** Long polls that were begun. */
  longPolls = 0;
  certificate = '';
  #server: Server | undefined;
  #port = 0;
  #ids = 0;
  readonly #ended = new EventEmitter().setMaxListeners(100);

  get url(): string {
    return `https://127.0.0.1:${this.#port}`;
  }

  /** @param address what its certificate is made for; 127.0.0.1 is where it listens */
  async start(address = '127.0.0.1'): Promise<void> {
    const { certificate, key } = await selfSignedCertificate('scripted', address);
    this.certificate = certificate;
    this.#server = createServer({ key, cert: certificate, minVersion: 'TLSv1.3' }, (request, response) => {
      void this.#handle(request, response);
    });
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    const bound = this.#server.address();
    if (typeof bound === 'object' && bound) this.#port = bound.port;
  }

  async stop(): Promise<void> {
    this.#server?.closeAllConnections();
    await new Promise<void>((resolve) => (this.#server ? this.#server.close(() => resolve()) : resolve()));
  }

  /** As after a restart of the process: nothing is known any more. */
  forget(): void {
    this.commands.length = 0;
    this.#ended.emit('change');
  }

  /** Ends the newest running command. */
  end(outcome: Partial<ScriptedCommand> = {}): void {
    const running = this.commands.findLast(({ command_status }) => command_status === 'RUNNING');
    if (running) Object.assign(running, { command_status: 'SUCCEEDED', command_result: {} }, outcome);
    this.#ended.emit('change');
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', this.url);
    const answer = (status: number, body: unknown): void => {
      const line = `${request.method} ${url.pathname}`;
      if (this.loseAnswersTo !== null && line.includes(this.loseAnswersTo)) {
        this.loseAnswersTo = null;
        request.socket.destroy();
        return;
      }
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    };
    if (url.searchParams.get('agent_token') !== this.token) {
      return answer(401, { faultcode: 'Client', faultstring: '401 Unauthorized: Token invalid.' });
    }
    if (!url.pathname.startsWith('/v1/commands/')) return answer(308, '<html>');
    const id = url.pathname.slice('/v1/commands/'.length);
    const wait = url.searchParams.get('wait') === 'true';
    if (request.method === 'POST') return answer(...(await this.#post(await bodyOf(request), wait)));
    if (id === '') return answer(200, { commands: this.commands });
    if (wait) this.longPolls++;
    const command = await this.#settled(id, wait);
    if (command) answer(200, command);
    else answer(404, { faultcode: 'Client', faultstring: 'Command not found' });
  }

  async #post(given: GivenCommand, wait: boolean): Promise<[number, unknown]> {
    const running = this.commands.find(({ command_status }) => command_status === 'RUNNING');
    if (running) {
      return [409, { faultcode: 'Client', faultstring: `Agent is busy: executing command ${running.command_name}` }];
    }
    const script = this.scripts[given.name];
    if (!script) return [400, { faultcode: 'Client', faultstring: `Unknown command: ${given.name}` }];
    this.given.push(given);
    const outcome = script(given.params);
    const command: ScriptedCommand = {
      id: `command-${++this.#ids}`,
      command_name: given.name.split('.')[1] ?? given.name,
      command_status: outcome === 'running' ? 'RUNNING' : 'SUCCEEDED',
      command_error: null,
      command_result: null,
      ...(outcome === 'running' ? {} : outcome),
    };
    this.commands.push(command);
    return [200, wait ? await this.#settled(command.id, true) : command];
  }

  async #settled(id: string, wait: boolean): Promise<ScriptedCommand | undefined> {
    for (;;) {
      const command = this.commands.find((known) => known.id === id);
      if (!wait || command?.command_status !== 'RUNNING') return command;
      await once(this.#ended, 'change');
    }
  }
}

async function bodyOf(request: IncomingMessage): Promise<GivenCommand> {
  let text = '';
  for await (const chunk of request) text += String(chunk);
  const body: unknown = JSON.parse(text);
  if (
    typeof body === 'object' &&
    body !== null &&
    'name' in body &&
    typeof body.name === 'string' &&
    'params' in body
  ) {
    const { params } = body;
    if (typeof params === 'object' && params !== null) return { name: body.name, params: { ...params } };
  }
  throw new Error('no command');
}

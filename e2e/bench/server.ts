/** A server that is measured: a process on the first core. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { openSync, readFileSync } from 'node:fs';

const READY_MS = 60_000;

/** A command that stays on that core. */
export function onCore(core: number, command: readonly string[]): [program: string, args: string[]] {
  return ['taskset', ['-c', String(core), ...command]];
}

/** How a server is started. */
export interface Start {
  /** Program and arguments. */
  command: readonly string[];
  env?: { [name: string]: string };
  /** An address that answers 200 as soon as it is ready. */
  ready: string;
  /** The file for its output; reading it would take time from the load. */
  log: string;
}

export class Server {
  readonly pid: number;
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess) {
    if (child.pid === undefined) throw new Error(`${child.spawnfile} cannot be started`);
    this.#child = child;
    this.pid = child.pid;
  }

  /** Starts it and waits until it answers. */
  static async start({ command, env = {}, ready, log }: Start): Promise<Server> {
    const [program, args] = onCore(0, command);
    const output = openSync(log, 'a');
    // Nothing of the person's own settings reaches the servers.
    const { PATH = '', HOME = '' } = process.env;
    const child = spawn(program, args, { env: { PATH, HOME, ...env }, stdio: ['ignore', output, output] });
    child.on('error', () => {});
    const server = new Server(child);
    const deadline = Date.now() + READY_MS;
    while (!(await answers(ready))) {
      const ended = child.exitCode !== null || child.signalCode !== null;
      if (ended || Date.now() > deadline) {
        await server.stop();
        throw new Error(`${command.join(' ')} does not answer at ${ready}:\n${readFileSync(log, 'utf8')}`);
      }
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    return server;
  }

  async stop(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const ended = once(this.#child, 'exit');
    this.#child.kill('SIGINT'); // after SIGTERM the backend would first wait for load balancers to notice
    await ended;
  }

  /** Its resident memory, in bytes. */
  get residentBytes(): number {
    const status = readFileSync(`/proc/${this.pid}/status`, 'utf8');
    return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]) * 1024;
  }
}

function answers(url: string): Promise<boolean> {
  return fetch(url, { signal: AbortSignal.timeout(1_000) }).then(
    (response) => response.ok,
    () => false,
  );
}

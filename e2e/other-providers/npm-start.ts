import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { freePort } from '../fixtures/process.ts';
import { temporaryFolder } from '../fixtures/temporary-folder.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');

/** `npm start`, with what somebody has set who has a provider. It ends by Ctrl-C. */
export async function npmStart(port: number, settings: Record<string, string>) {
  await using starting = new AsyncDisposableStack();
  const folder = starting.use(await temporaryFolder());
  const providerPort = await freePort();
  const { PATH = '', HOME = '' } = process.env;
  const env = { PATH, HOME, PORT: String(port), PROVIDER_PORT: String(providerPort), DATA_DIR: folder.path };
  // In a group of its own, so that Ctrl-C reaches all of it.
  const child = spawn('npm', ['start'], { cwd: ROOT, env: { ...env, ...settings }, detached: true });
  starting.defer(() => pressCtrlC(child));
  const printed = await untilItSaysSo(child);
  const started = starting.move();
  const stop = () => started.disposeAsync();
  return { printed, providerPort, stop, [Symbol.asyncDispose]: stop };
}

/** Everything that it prints until it says that all of it runs. */
function untilItSaysSo(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let printed = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        printed += text;
        if (printed.includes('Ctrl-C ends everything.')) resolve(printed);
      });
    }
    child.once('exit', () => reject(new Error(`npm start ended:\n${printed}`)));
  });
}

async function pressCtrlC(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  // npm itself may exit before the script that it runs, which holds the same pipes.
  const closed = once(child, 'close');
  process.kill(-child.pid, 'SIGINT');
  await closed;
}

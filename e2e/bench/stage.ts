/** Everything that runs during the bench: provider, Redis, the backend with each store, and its peers. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort } from '../fixtures/process.ts';
import { Redis } from '../fixtures/redis.ts';
import { type SignedIn, signIn } from '../fixtures/sign-in.ts';
import { temporaryFolder } from '../fixtures/temporary-folder.ts';
import { startProvider } from '../local-provider/server.ts';
import { backend } from './backend.ts';
import { beginSession } from './begin-session.ts';
import type { Target } from './load.ts';
import { ROWS, type Row, STORES, type Store } from './rows.ts';
import { Server, type Start } from './server.ts';

/** Headers of one answer only; all others are those that every answer of ours has. */
const OF_ONE_ANSWER = ['connection', 'content-length', 'content-type', 'date', 'server-timing', 'set-cookie'];

/** Begins a session, and says whom to ask with its cookie. */
type Begin = () => Promise<Target>;

interface Backend {
  begin: Begin;
  /** An answer of it, and the file with its body. */
  answer: SignedIn['page'];
  file: string;
}

/** The parts that all servers of one bench share. */
interface Surroundings {
  folder: string;
  redisUrl: string;
  providerUrl: string;
  start: (server: Start) => Promise<Server>;
}

export interface Stage extends AsyncDisposable {
  targets: ReadonlyMap<Row, Begin>;
  /** Every process that was started, whether it is measured or only needed. */
  pids: readonly number[];
}

export async function setUpStage(): Promise<Stage> {
  await using started = new AsyncDisposableStack();
  const { path: folder } = started.use(await temporaryFolder());
  const redis = new Redis({ port: await freePort(), dataDir: folder });
  started.defer(() => redis.stop());
  await redis.start();
  const ports = new Map(await Promise.all(STORES.map(async (store) => [store, await freePort()] as const)));
  const appUrls = [...ports.values()].map((port) => `http://localhost:${port}`);
  const provider = await startProvider({ appUrls, dataDir: join(folder, 'provider') });
  started.defer(() => provider.close());

  const pids = [redis.pid];
  const start: Surroundings['start'] = async (server) => {
    const running = await Server.start(server);
    started.defer(() => running.stop());
    pids.push(running.pid);
    return running;
  };
  const surroundings = { folder, redisUrl: redis.url, providerUrl: provider.url, start };
  const backends = new Map<Store, Backend>();
  for (const [store, port] of ports) backends.set(store, await startBackend(store, port, surroundings));
  const targets = new Map<Row, Begin>();
  for (const row of ROWS) {
    const backend = backends.get(row.store);
    if (!backend) throw new Error(`no backend keeps sessions in ${row.store}`);
    targets.set(row, row.kind === 'ours' ? backend.begin : await startPeer(row, backend, surroundings));
  }
  const all = started.move();
  return { targets, pids, [Symbol.asyncDispose]: () => all.disposeAsync() };
}

async function startBackend(store: Store, port: number, { folder, redisUrl, providerUrl, start }: Surroundings) {
  const { pid } = await start(backend({ port, store, redisUrl, providerUrl, folder }));
  const url = `http://localhost:${port}`;
  const { page } = await signIn(url);
  const file = join(folder, `${store}.json`);
  writeFileSync(file, page.body);
  const begin = async () => ({ url: measured(port), cookie: (await signIn(url)).cookie, pid });
  return { begin, answer: page, file };
}

async function startPeer(row: Row, backend: Backend, { folder, redisUrl, start }: Surroundings): Promise<Begin> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const isBare = row.kind === 'bare';
  const { pid } = await start({
    command: ['target/release/peers', ...peer(row, port, backend, redisUrl)],
    ready: isBare ? measured(port) : `${url}/begin`,
    log: join(folder, 'peers.log'),
  });
  // The bare handler is sent the cookies of the session whose answer it gives.
  const cookie = async () => (isBare ? (await backend.begin()).cookie : beginSession(url));
  return async () => ({ url: measured(port), cookie: await cookie(), pid });
}

function peer({ kind, store }: Row, port: number, { answer, file }: Backend, redisUrl: string): string[] {
  const constant = Object.entries(answer.headers).filter(([name]) => !OF_ONE_ANSWER.includes(name));
  if (kind === 'bare') return ['bare', String(port), file];
  if (kind === 'ceiling')
    return ['ceiling', String(port), file, ...constant.map(([name, value]) => `${name}:${value}`)];
  return [store, String(port), file, ...(store === 'redis' ? [redisUrl] : [])];
}

function measured(port: number): string {
  return `http://127.0.0.1:${port}/api/session`;
}

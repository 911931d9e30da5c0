/** `npm run bench -- apis`: what a request to a service costs on its way through the backend. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort } from '../fixtures/process.ts';
import { signIn } from '../fixtures/sign-in.ts';
import { temporaryFolder } from '../fixtures/temporary-folder.ts';
import { startProvider } from '../local-provider/server.ts';
import { backend } from './backend.ts';
import { load, type Round, type Target } from './load.ts';
import { digits, table } from './markdown.ts';
import { middle } from './results.ts';
import type { Plan } from './rounds.ts';
import { Server, type Start } from './server.ts';

/** A response of an ordinary API. */
const ANSWER = JSON.stringify({ orders: Array.from({ length: 20 }, (_, id) => ({ id, item: 'A cup of tea' })) });
const STORES = ['cookie', 'sqlite'] as const;

export interface ApiResult {
  name: string;
  requestsPerSecond: number;
  p99Ms: number;
  /** Of the process that `wrk` talks to. */
  cpuUs: number;
}

/** Sends the same request to a service directly, and through the backend with each store. */
export async function measureApis({ rounds, seconds }: Plan): Promise<ApiResult[]> {
  await using started = new AsyncDisposableStack();
  const { path: folder } = started.use(await temporaryFolder());
  const pids: number[] = [];
  const start = async (server: Start) => {
    const running = await Server.start(server);
    started.defer(() => running.stop());
    pids.push(running.pid);
    return running.pid;
  };
  const answer = join(folder, 'orders.json');
  writeFileSync(answer, ANSWER);
  const servicePort = await freePort();
  const service = `http://127.0.0.1:${servicePort}/api/session`; // the only address of the bare handler
  const command = ['target/release/peers', 'bare', String(servicePort), answer];
  const pid = await start({ command, ready: service, log: join(folder, 'peers.log') });

  const ports = await Promise.all(STORES.map(() => freePort()));
  const appUrls = ports.map((port) => `http://localhost:${port}`);
  const provider = await startProvider({ appUrls, dataDir: join(folder, 'provider') });
  started.defer(() => provider.close());
  const targets = new Map<string, () => Promise<Target>>();
  targets.set('the service itself', async () => ({ url: service, cookie: 'none=1', pid }));
  for (const [index, store] of STORES.entries()) {
    const [url = '', port = 0] = [appUrls[index], ports[index]];
    // One user sends all requests, and may have a sixteenth.
    const settings = { API_ORDERS_URL: service, API_CONCURRENCY: '1024' };
    const pid = await start(backend({ port, store, providerUrl: provider.url, folder, settings }));
    const target = async () => ({ url: `${url}/api/orders`, cookie: (await signIn(url)).cookie, pid });
    targets.set(`through the backend, \`${store}\``, target);
  }

  const samples = new Map([...targets.keys()].map((name) => [name, [] as Round[]]));
  for (let round = 1; round <= rounds; round += 1) {
    console.log(`▸ Round ${round} of ${rounds}`);
    for (const [name, target] of targets) samples.get(name)?.push(await load(await target(), seconds, pids));
  }
  return [...samples].map(([name, all]) => ({
    name,
    requestsPerSecond: middle(all.map(({ requestsPerSecond }) => requestsPerSecond)),
    p99Ms: middle(all.map(({ p99Ms }) => p99Ms)),
    cpuUs: middle(all.map(({ cpuUs }) => cpuUs.total)),
  }));
}

export function apisTable(all: readonly ApiResult[]): string {
  const rows = all.map(({ name, requestsPerSecond, p99Ms, cpuUs }) => {
    return [name, digits(0)(requestsPerSecond), digits(2)(p99Ms), digits(1)(cpuUs)];
  });
  return table(['request', 'requests/s', 'p99, ms', 'CPU a request, µs'], rows);
}

export function apisSection(all: readonly ApiResult[], { rounds, seconds }: Plan): string {
  return `What \`npm run bench -- apis\` printed last: \`GET /api/orders\`, which the backend sends on with the user's access token, and
the same request to the service itself, a handler that sends ${ANSWER.length} bytes of JSON. Backend and service have one worker each and
share a core, \`wrk -t1 -c32\` is on the other; a figure is the middle of ${rounds} rounds of ${seconds} s. CPU is that of the process that
answers \`wrk\`, without the service's behind the backend.

${apisTable(all)}`;
}

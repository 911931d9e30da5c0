/** Measures what a session costs: requests per second of GET /api/session, beside a bare handler in the same run. */

import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { startProvider } from '../provider/server.ts';
import { Browser } from '../sdk-conformance/browser.ts';
import { freePort } from '../sdk-conformance/free-port.ts';

const SECONDS = Number(process.env.BENCH_SECONDS ?? 8);
const ROUNDS = 3;
/** The server on one core, the load on another. */
const pinned = availableParallelism() > 1 && process.platform === 'linux';

interface Measured {
  requestsPerSecond: number;
  p99Ms: number;
}

/** A server process on core 0 with one worker. */
async function serve(command: string, args: string[], env: NodeJS.ProcessEnv, answers: string, input = '') {
  const [program = command, ...rest] = pinned ? ['taskset', '-c', '0', command, ...args] : [command, ...args];
  const child = spawn(program, rest, { env: { ...process.env, ...env }, stdio: ['pipe', 'inherit', 'inherit'] });
  child.stdin.end(input);
  while (
    !(await fetch(answers).then(
      ({ ok }) => ok,
      () => false,
    ))
  ) {
    if (child.exitCode !== null) throw new Error(`${command} ended with status ${child.exitCode}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return child;
}

function load(url: string, cookie: string): Measured {
  const wrk = ['wrk', '-t1', '-c32', `-d${SECONDS}s`, '--latency', '-H', `Cookie: ${cookie}`, url];
  const [program = 'wrk', ...args] = pinned ? ['taskset', '-c', '1', ...wrk] : wrk;
  const report = execFileSync(program, args, { encoding: 'utf8' });
  if (/Non-2xx/.test(report)) throw new Error(`not every answer was a 200:\n${report}`);
  const [, p99 = '', unit] = /99%\s+([\d.]+)(us|ms|s)/.exec(report) ?? [];
  const scale = { us: 0.001, ms: 1, s: 1000 }[unit ?? ''] ?? Number.NaN;
  return { requestsPerSecond: Number(/Requests\/sec:\s+([\d.]+)/.exec(report)?.[1]), p99Ms: Number(p99) * scale };
}

/** The round in the middle: one that was disturbed does not count. */
function median(rounds: Measured[]): Measured {
  const sorted = rounds.toSorted((a, b) => a.requestsPerSecond - b.requestsPerSecond);
  return sorted[Math.floor(sorted.length / 2)] ?? { requestsPerSecond: Number.NaN, p99Ms: Number.NaN };
}

const folder = mkdtempSync(join(tmpdir(), 'bench-'));
const redisPort = await freePort();
const redis = spawn('redis-server', ['--port', String(redisPort), '--save', '', '--dir', folder], { stdio: 'ignore' });
const stores = ['cookie', 'sqlite', 'redis'] as const;
const ports = new Map(await Promise.all(stores.map(async (store) => [store, await freePort()] as const)));
const appUrls = [...ports.values()].map((port) => `http://localhost:${port}`);
const [barePort, providerPort] = [await freePort(), await freePort()];
const provider = await startProvider({ port: providerPort, appUrls, dataDir: join(folder, 'provider') });

/** A backend with this store, and the cookies and the session of somebody who is signed in there. */
async function signedIn(store: (typeof stores)[number]) {
  const port = ports.get(store);
  const url = `http://localhost:${port}`;
  const backend = await serve(
    'target/release/backend',
    [],
    {
      PORT: String(port),
      PUBLIC_URL: url,
      APPLICATION_VANITY_DOMAIN: `localhost:${providerPort}`,
      DATA_DIR: join(folder, store),
      SESSION_STORE: store,
      SESSION_SECRETS: 'a secret that is long enough for a bench',
      ...(store === 'redis' && { REDIS_URL: `redis://127.0.0.1:${redisPort}` }),
      WORKERS: '1',
      RUST_LOG: 'warn',
    },
    `${url}/healthz`,
  );
  const browser = new Browser();
  const form = await browser.open(`${url}/api/auth/login?tenant_name=acme`);
  await browser.submit(form, { email: 'ada@acme.example', password: 'wristband' });
  const session = await browser.open(`${url}/api/session`);
  if (session.status !== 200) throw new Error(`not signed in: ${session.status} ${session.body}`);
  return { backend, session, cookie: browser.cookieHeader(url), url: `http://127.0.0.1:${port}/api/session` };
}

const cookieStore = await signedIn('cookie');
const others = [await signedIn('sqlite'), await signedIn('redis')];
const { cookie } = cookieStore;
const bareUrl = `http://127.0.0.1:${barePort}/api/session`;
const bare = await serve('target/release/examples/bare', [String(barePort)], {}, bareUrl, cookieStore.session.body);

const measured = (name: string, { url, cookie }: { url: string; cookie: string }) => ({
  name,
  url,
  cookie,
  rounds: [] as Measured[],
});
// Each beside a bare handler that is sent the same cookies.
const servers = [
  measured('bare handler, cookies of a client-side session', { url: bareUrl, cookie }),
  measured('session in cookies', cookieStore),
  measured('bare handler, cookie of an id', { url: bareUrl, cookie: others[0]?.cookie ?? '' }),
  ...others.map((other, index) => measured(`session in ${['SQLite', 'Redis'][index]}`, other)),
];
for (let round = 1; round <= ROUNDS; round += 1) {
  for (const server of servers) {
    console.log(`round ${round} of ${ROUNDS}: ${server.name}, ${SECONDS} s`);
    server.rounds.push(load(server.url, server.cookie));
  }
}
for (const child of [cookieStore.backend, ...others.map(({ backend }) => backend), bare, redis]) {
  child.kill('SIGINT');
  await once(child, 'exit');
}
await provider.close();
rmSync(folder, { recursive: true });

let reference: Measured = median([]);
const rows = servers.map(({ name, rounds }) => {
  const result = median(rounds);
  if (name.startsWith('bare')) reference = result;
  const [throughput, p99] = [result.requestsPerSecond / reference.requestsPerSecond, result.p99Ms / reference.p99Ms];
  return `| ${name} | ${result.requestsPerSecond.toFixed(0)} | ${throughput.toFixed(2)} | ${result.p99Ms.toFixed(2)} ms | ${p99.toFixed(1)} |`;
});
const report = `# Benchmarks

What \`npm run bench\` printed last: \`GET /api/session\` with every middleware in place, and a bare Actix handler that
answers the same JSON. One worker on one core, \`wrk -t1 -c32 -d${SECONDS}s\` on another, in turn; the middle of ${ROUNDS} rounds. Only
the ratios mean something on another machine.

| server | requests/s | ratio | p99 | ratio |
|---|---|---|---|---|
${rows.join('\n')}

Cookies of the client-side session: ${cookie.length} bytes. Processor: ${cpus()[0]?.model.trim()}.
`;
writeFileSync('docs/benchmarks.md', report);
console.log(`\n${report}`);

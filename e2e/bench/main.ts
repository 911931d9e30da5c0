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
const [port, barePort, providerPort] = [await freePort(), await freePort(), await freePort()];
const publicUrl = `http://localhost:${port}`;
const provider = await startProvider({ port: providerPort, appUrls: [publicUrl], dataDir: join(folder, 'provider') });
const backend = await serve(
  'target/release/backend',
  [],
  {
    PORT: String(port),
    PUBLIC_URL: publicUrl,
    APPLICATION_VANITY_DOMAIN: `localhost:${providerPort}`,
    DATA_DIR: join(folder, 'backend'),
    WORKERS: '1',
    RUST_LOG: 'warn',
  },
  `${publicUrl}/healthz`,
);

const browser = new Browser();
const form = await browser.open(`${publicUrl}/api/auth/login?tenant_name=acme`);
await browser.submit(form, { email: 'ada@acme.example', password: 'wristband' });
const session = await browser.open(`${publicUrl}/api/session`);
if (session.status !== 200) throw new Error(`not signed in: ${session.status} ${session.body}`);
const cookie = browser.cookieHeader(publicUrl);
const url = `http://127.0.0.1:${barePort}/api/session`;
const bare = await serve('target/release/examples/bare', [String(barePort)], {}, url, session.body);

const servers = [
  { name: 'bare handler', url, rounds: [] as Measured[] },
  { name: 'client-side session', url: `http://127.0.0.1:${port}/api/session`, rounds: [] as Measured[] },
];
for (let round = 1; round <= ROUNDS; round += 1) {
  for (const server of servers) {
    console.log(`round ${round} of ${ROUNDS}: ${server.name}, ${SECONDS} s`);
    server.rounds.push(load(server.url, cookie));
  }
}
for (const child of [backend, bare]) {
  child.kill();
  await once(child, 'exit');
}
await provider.close();
rmSync(folder, { recursive: true });

const reference = median(servers[0]?.rounds ?? []);
const rows = servers.map(({ name, rounds }) => {
  const { requestsPerSecond, p99Ms } = median(rounds);
  const [throughput, p99] = [requestsPerSecond / reference.requestsPerSecond, p99Ms / reference.p99Ms];
  return `| ${name} | ${requestsPerSecond.toFixed(0)} | ${throughput.toFixed(2)} | ${p99Ms.toFixed(2)} ms | ${p99.toFixed(1)} |`;
});
const report = `# Benchmarks

What \`npm run bench\` printed last: \`GET /api/session\` with every middleware in place, and a bare Actix handler that
answers the same JSON. One worker on one core, \`wrk -t1 -c32 -d${SECONDS}s\` on another, in turn; the middle of ${ROUNDS} rounds. Only
the ratios mean something on another machine.

| server | requests/s | ratio | p99 | ratio |
|---|---|---|---|---|
${rows.join('\n')}

Cookies of the session: ${cookie.length} bytes. Processor: ${cpus()[0]?.model.trim()}.
`;
writeFileSync('docs/benchmarks.md', report);
console.log(`\n${report}`);

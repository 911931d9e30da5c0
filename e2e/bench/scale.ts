/** `npm run bench -- scale`: what many stored sessions cost, and a long list of ended ones. Takes minutes. */
import { readdirSync, statSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { freePort } from '../fixtures/process.ts';
import { temporaryFolder } from '../fixtures/temporary-folder.ts';
import { longestDelay } from './delays.ts';
import { fill } from './fill.ts';
import { load } from './load.ts';
import { middle } from './results.ts';
import { Server } from './server.ts';

export interface ScalePlan {
  /** Numbers of stored sessions; the first all fit in memory. */
  sessions: readonly [hits: number, many: number, most: number];
  /** Numbers of entries of the revocation list. */
  entries: readonly number[];
  rounds: number;
  /** Of one round; also how long delays are watched. */
  seconds: number;
}

export interface StoredSessions {
  sessions: number;
  cpuUs: number;
  leastCpuUs: number;
  p99Ms: number;
  residentBytes: number;
  bytesOnDisk: number;
  startMs: number;
  /** Of a request, in the seconds after the start. */
  longestDelayMs: number;
}

export interface ListedEntries {
  entries: number;
  startMs: number;
  residentBytes: number;
}

export interface Scale {
  sessions: StoredSessions[];
  /** The longest delay of a request while as many expired sessions are swept out. */
  sweep: { sessions: number; longestDelayMs: number };
  /** The first with an empty list. */
  list: ListedEntries[];
}

export async function measureScale(plan: ScalePlan): Promise<Scale> {
  await using folder = await temporaryFolder();
  const place = async (name: string) => {
    const path = join(folder.path, name);
    await mkdir(path);
    return path;
  };
  const sessions: StoredSessions[] = [];
  for (const count of plan.sessions) sessions.push(await storedSessions(await place(`${count}`), count, plan));
  const [, , most] = plan.sessions;
  const sweep = { sessions: most, longestDelayMs: await sweepDelay(await place('expired'), most, plan) };
  const list: ListedEntries[] = [];
  for (const count of [0, ...plan.entries]) list.push(await listedEntries(await place(`list-${count}`), count));
  return { sessions, sweep, list };
}

async function storedSessions(dataDir: string, sessions: number, plan: ScalePlan): Promise<StoredSessions> {
  const { cookies, one } = await fill('sessions', sessions, settings(dataDir));
  const { server, url, startMs } = await start(dataDir);
  try {
    const longestDelayMs = await longestDelay(url, one, plan.seconds);
    const rounds = [];
    for (let round = 0; round < plan.rounds; round += 1) {
      const target = { url, cookie: { oneOf: cookies }, pid: server.pid };
      rounds.push(await load(target, plan.seconds, [server.pid]));
    }
    const cpu = rounds.map(({ cpuUs }) => cpuUs.total);
    const { residentBytes } = server;
    return {
      ...{ sessions, startMs, longestDelayMs, residentBytes, bytesOnDisk: bytesIn(dataDir) },
      ...{ cpuUs: middle(cpu), leastCpuUs: Math.min(...cpu), p99Ms: middle(rounds.map(({ p99Ms }) => p99Ms)) },
    };
  } finally {
    await server.stop();
  }
}

async function sweepDelay(dataDir: string, sessions: number, plan: ScalePlan): Promise<number> {
  await fill('sessions', sessions, {
    ...settings(dataDir),
    SESSION_IDLE_TIMEOUT: '1s',
    SESSION_ABSOLUTE_TIMEOUT: '1s',
  });
  const { one } = await fill('sessions', 1, settings(dataDir));
  const { server, url } = await start(dataDir);
  try {
    return await longestDelay(url, one, plan.seconds * plan.rounds);
  } finally {
    await server.stop();
  }
}

async function listedEntries(dataDir: string, entries: number): Promise<ListedEntries> {
  if (entries > 0) await fill('revocations', entries, settings(dataDir));
  const { server, startMs } = await start(dataDir);
  const { residentBytes } = server;
  await server.stop();
  return { entries, startMs, residentBytes };
}

function settings(dataDir: string): { [name: string]: string } {
  return {
    DATA_DIR: dataDir,
    SESSION_STORE: 'sqlite',
    SESSION_SECRETS: 'a secret that is long enough for a bench',
    WORKERS: '1',
  };
}

async function start(dataDir: string) {
  const port = String(await freePort());
  const env = { ...settings(dataDir), PORT: port, PUBLIC_URL: `http://localhost:${port}` };
  const from = performance.now();
  const ready = `http://127.0.0.1:${port}/healthz`;
  const server = await Server.start({
    ...{ command: ['target/release/backend'], env, ready, log: join(dataDir, 'backend.log') },
  });
  return { server, startMs: performance.now() - from, url: `http://127.0.0.1:${port}/api/session` };
}

function bytesIn(dataDir: string): number {
  const databases = readdirSync(dataDir).filter((name) => name.includes('.sqlite'));
  return databases.reduce((sum, name) => sum + statSync(join(dataDir, name)).size, 0);
}

/** `npm run bench -- device`: what the check of the bound cookie costs a request. */
import { join } from 'node:path';
import { freePort } from '../fixtures/process.ts';
import { Redis } from '../fixtures/redis.ts';
import { temporaryFolder } from '../fixtures/temporary-folder.ts';
import { startProvider } from '../local-provider/server.ts';
import { backend } from './backend.ts';
import { boundSession, unboundSession } from './bound-session.ts';
import { atMost, type Goal, verdict } from './goals.ts';
import type { Target } from './load.ts';
import { digits, table } from './markdown.ts';
import { middle } from './results.ts';
import { measure, type Plan, type Samples } from './rounds.ts';
import { type Row, STORES, type Store } from './rows.ts';
import { Server } from './server.ts';

/** For each store a backend without device binding, and one whose sessions are bound. */
const DEVICE_ROWS: readonly (Row & { isBound: boolean })[] = STORES.flatMap((store) =>
  [false, true].map((isBound) => ({
    name: `\`SESSION_STORE=${store}\`${isBound ? ', bound' : ''}`,
    kind: 'ours' as const,
    store,
    isBound,
  })),
);

export const DEVICE_TITLES = ['store', 'CPU a request, µs', 'bound, µs', 'difference, µs', 'rounds'];
/** The most that the check may add to a request, in microseconds. */
const MOST_CPU_US = 1;

export async function measureDevice(plan: Plan): Promise<Samples> {
  await using started = new AsyncDisposableStack();
  const { path: folder } = started.use(await temporaryFolder());
  const redis = new Redis({ port: await freePort(), dataDir: folder });
  started.defer(() => redis.stop());
  await redis.start();
  const ports = await Promise.all(DEVICE_ROWS.map(() => freePort()));
  const appUrls = ports.map((port) => `https://localhost:${port}`);
  const provider = await startProvider({ appUrls, dataDir: join(folder, 'provider') });
  started.defer(() => provider.close());

  const pids = [redis.pid];
  const targets = new Map<Row, () => Promise<Target>>();
  for (const [index, row] of DEVICE_ROWS.entries()) {
    const [port = 0, publicUrl = ''] = [ports[index], appUrls[index]];
    const settings = { DEVICE_BOUND_SESSIONS: row.isBound ? 'auto' : 'off' };
    const shared = { redisUrl: redis.url, providerUrl: provider.url, folder };
    const server = await Server.start(backend({ port, publicUrl, store: row.store, ...shared, settings }));
    started.defer(() => server.stop());
    pids.push(server.pid);
    const signIn = row.isBound ? boundSession : unboundSession;
    targets.set(row, async () => ({
      url: `http://127.0.0.1:${port}/api/session`,
      cookie: await signIn(`http://localhost:${port}`),
      pid: server.pid,
    }));
  }
  return await measure({ targets, pids }, plan);
}

interface DeviceResult {
  store: Store;
  unboundUs: number;
  boundUs: number;
  /** Middle of the differences between two rounds, one after the other: the machine is faster in one minute than in another. */
  differenceUs: number;
  rounds: number;
}

export function deviceResults(samples: Samples): DeviceResult[] {
  return STORES.map((store) => {
    const [unbound = [], bound = []] = DEVICE_ROWS.filter((row) => row.store === store).map((row) => samples.get(row));
    const cpu = (rounds: typeof bound) => rounds.map(({ cpuUs }) => cpuUs.total);
    const [before, after] = [cpu(unbound), cpu(bound)];
    const rounds = Math.min(before.length, after.length);
    const differences = after.slice(0, rounds).map((us, round) => us - (before[round] ?? Number.NaN));
    return { store, unboundUs: middle(before), boundUs: middle(after), differenceUs: middle(differences), rounds };
  });
}

export function deviceGoals(results: readonly DeviceResult[]): Goal[] {
  return results.map(({ store, differenceUs }) =>
    atMost(`\`SESSION_STORE=${store}\`: CPU of the check, µs`, MOST_CPU_US, differenceUs),
  );
}

export function deviceTable(results: readonly DeviceResult[]): string {
  const tenths = digits(1);
  const rows = results.map(({ store, unboundUs, boundUs, differenceUs, rounds }) => [
    `\`${store}\``,
    ...[unboundUs, boundUs, differenceUs].map(tenths),
    String(rounds),
  ]);
  return table(DEVICE_TITLES, rows);
}

export function deviceSection(results: readonly DeviceResult[], plan: Plan): string {
  return `What \`npm run bench -- device\` printed last: \`GET /api/session\` of a session that is bound to a device, beside one of a
backend with \`DEVICE_BOUND_SESSIONS=off\`. Everything else is as in the section on speed, with ${plan.rounds} rounds of ${plan.seconds} s. The
difference is the middle of those of each round, in which both follow each other. It is the check, and the reading of the bound
cookie; with sessions in cookies also of the one with the device.

${deviceTable(results)}

${verdict(deviceGoals(results))}`;
}

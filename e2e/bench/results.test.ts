import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Round } from './load.ts';
import { results, speedGoals } from './results.ts';
import { ROWS, type Row } from './rows.ts';

function round(requestsPerSecond: number, p99Ms = 1): Round {
  return { requestsPerSecond, p99Ms, cpuUs: { user: 5, total: 1e6 / requestsPerSecond }, others: 0 };
}

/** Bare handlers at 100,000 requests/s, the ceiling at 60,000, and the backend at what is given. */
function samples(ours: number, p99Ms = 1): Map<Row, Round[]> {
  const speed = { bare: 100_000, ceiling: 60_000, stock: 40_000, ours };
  return new Map(ROWS.map((row) => [row, [round(speed[row.kind], row.kind === 'ours' ? p99Ms : 1)]]));
}

test('the middle round counts, however bad the others are', () => {
  const rounds = [100, 90_000, 80_000, 200, 70_000].map((speed) => round(speed));
  const [first] = results(new Map(ROWS.map((row) => [row, rounds])));
  assert.equal(first?.requestsPerSecond, 70_000);
  assert.equal(first?.best, 90_000);
  assert.equal(first?.leastCpuUs, 1e6 / 90_000);
});

test('a store is measured by the ceiling, cookies by the bare handler', () => {
  const met = (ours: number) => speedGoals(results(samples(ours))).map(({ isMet }) => isMet);
  assert.deepEqual(met(55_000), [true, true, true, true, true, true]);
  assert.deepEqual(met(54_000), [false, true, true, true, true, true]);
  assert.deepEqual(met(53_999), [false, false, false, true, true, true]);
});

test('a p99 of more than twice the bare handler’s misses its goal', () => {
  const met = (p99Ms: number) => speedGoals(results(samples(60_000, p99Ms))).map(({ isMet }) => isMet);
  assert.deepEqual(met(2), [true, true, true, true, true, true]);
  assert.deepEqual(met(2.01), [true, true, true, false, false, false]);
});

test('what was not measured meets no goal', () => {
  assert.ok(speedGoals(results(new Map())).every(({ isMet }) => !isMet));
});

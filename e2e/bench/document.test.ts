import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { DEVICE_TITLES, deviceGoals, deviceResults } from './device.ts';
import { CHART, DOCUMENT } from './document.ts';
import { GOAL_TITLES, type Goal } from './goals.ts';
import { PAGES_TITLES, pagesGoals } from './pages.ts';
import { results, speedGoals } from './results.ts';
import { ROWS } from './rows.ts';
import { SCALE_TITLES, scaleGoals } from './scale-report.ts';
import { TITLES } from './speed-report.ts';

const document = readFileSync(DOCUMENT, 'utf8');
const section = (heading: string) => document.split(/^## /m).find((text) => text.startsWith(heading)) ?? '';

/** The tables of a section: the titles first, then the cells of each line. */
function tables(heading: string): string[][][] {
  const blocks = section(heading).match(/(?:^\|.*\n)+/gm) ?? [];
  return blocks.map((block) => {
    const [titles = [], , ...rows] = block
      .trimEnd()
      .split('\n')
      .map((line) => line.slice(2, -2).split(' | '));
    return [titles, ...rows];
  });
}

function texts(goals: readonly Goal[]): (string | undefined)[][] {
  return goals.map(({ text, goal }) => [text, goal]);
}

test('docs/benchmarks.md names the servers and columns that the bench prints', () => {
  const [[titles, ...rows] = []] = tables('Speed');
  assert.deepEqual(titles, TITLES);
  assert.deepEqual(
    rows.map(([name]) => name),
    ROWS.map(({ name }) => name),
  );
});

test('docs/benchmarks.md names the columns that the bench of scale prints', () => {
  const titles = tables('Scale').map(([titles]) => titles);
  assert.deepEqual(titles, [...SCALE_TITLES, GOAL_TITLES]);
});

test('docs/benchmarks.md names the columns that the bench of device binding prints', () => {
  const titles = tables('Device binding').map(([titles]) => titles);
  assert.deepEqual(titles, [DEVICE_TITLES, GOAL_TITLES]);
});

test('docs/benchmarks.md names the columns of the pages that the bench prints', () => {
  const titles = tables('Pages').map(([titles]) => titles);
  assert.deepEqual(titles, [PAGES_TITLES, GOAL_TITLES]);
});

test('docs/benchmarks.md names the goals that the bench judges', () => {
  const named = (heading: string) => {
    const [, ...rows] = tables(heading).at(-1) ?? [];
    return rows.map(([text, goal]) => [text, goal]);
  };
  const nothing = { sessions: [], sweep: { sessions: 0, longestDelayMs: Number.NaN }, list: [] };
  assert.deepEqual(named('Speed'), texts(speedGoals(results(new Map()))));
  assert.deepEqual(named('Device binding'), texts(deviceGoals(deviceResults(new Map()))));
  assert.deepEqual(named('Pages'), texts(pagesGoals([])));
  assert.deepEqual(named('Scale'), texts(scaleGoals(nothing)));
});

test('the chart of docs/benchmarks.md has a bar for each server of its table', () => {
  const labels = readFileSync(CHART, 'utf8').matchAll(/<text x="12" y="\d+">(.*)<\/text>/g);
  assert.deepEqual(
    [...labels].map(([, label]) => label),
    ROWS.map(({ name }) => name.replaceAll('`', '')),
  );
});

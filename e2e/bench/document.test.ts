import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { CHART, DOCUMENT } from './document.ts';
import { TITLES } from './report.ts';
import { goals, results } from './results.ts';
import { ROWS } from './rows.ts';

const document = readFileSync(DOCUMENT, 'utf8');

/** The cells of every line of the table that begins with these titles; none when there is no such table. */
function rowsBelow(titles: readonly string[]): string[][] {
  const [, below = ''] = document.split(`| ${titles.join(' | ')} |\n`);
  const table = below.slice(0, below.search(/^(?!\|)/m));
  return table
    .split('\n')
    .slice(1, -1)
    .map((line) => line.split('|').slice(1, -1))
    .map((cells) => cells.map((cell) => cell.trim()));
}

test('docs/benchmarks.md names the servers and columns that the bench prints', () => {
  const names = rowsBelow(TITLES).map(([name]) => name);
  assert.deepEqual(
    names,
    ROWS.map(({ name }) => name),
  );
});

test('docs/benchmarks.md names the goals that the bench judges', () => {
  const named = rowsBelow(['goal', '', 'measured', '']).map(([text, goal]) => ({ text, goal }));
  const judged = goals(results(new Map()));
  assert.deepEqual(
    named,
    judged.map(({ text, goal }) => ({ text, goal })),
  );
});

test('the chart of docs/benchmarks.md has a bar for each server of its table', () => {
  const labels = readFileSync(CHART, 'utf8').matchAll(/<text x="12" y="\d+">(.*)<\/text>/g);
  assert.deepEqual(
    [...labels].map(([, label]) => label),
    ROWS.map(({ name }) => name.replaceAll('`', '')),
  );
});

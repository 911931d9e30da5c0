import { act, screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { adasSession, answer, json } from '../../../testing/backend.ts';
import { openPage } from '../../../testing/open-page.tsx';
import { filters, type LogEntry, linesOf, textOf, withEntry } from './log.ts';

const entry = (at: number): LogEntry => ({ key: at, at, title: `/api/${at}`, facts: [] });

test('the newest line is on top, also when an older one comes late', () => {
  const log = [1, 3, 2].reduce<LogEntry[]>((log, at) => withEntry(log, entry(at)), []);
  expect(log.map(({ at }) => at)).toEqual([3, 2, 1]);
});

test('the log does not grow for ever: the oldest lines go', () => {
  let log: LogEntry[] = [];
  for (let at = 1; at <= 300; at += 1) log = withEntry(log, entry(at));
  expect(log.map(({ at }) => at)).toEqual(Array.from({ length: 200 }, (_, place) => 300 - place));
});

/** Fifty requests, the oldest of which renewed the tokens. */
const fifty = Array.from({ length: 50 }, (_, place) => ({
  ...entry(50 - place),
  title: '/api/profile',
  status: 200,
  roundTrip: 10 * (place + 1),
  ...(place === 49 && { renewedBy: 'GET /api/profile' }),
}));

test('equal requests that were sent together share a line, and tell of a renewal', () => {
  const lines = linesOf([
    { ...entry(60), status: 200 },
    ...fifty,
    { ...entry(-5_000), title: '/api/profile', status: 200 },
  ]);
  expect(lines.map(({ count }) => count)).toEqual([1, 50, 1]);
  expect(lines[1]?.facts).toEqual([
    ['Round trip', '10 ms to 500 ms'],
    ['Tokens renewed by', 'GET /api/profile'],
  ]);
  expect(lines.filter(filters.Renewals)).toEqual([lines[1]]);
});

test('different answers do not share a line, and a few requests keep one each', () => {
  const refused = fifty.slice(0, 5).map((one) => ({ ...one, at: one.at + 50, status: 401 }));
  expect(linesOf([...refused, ...fifty]).map(({ status, count }) => [status, count])).toEqual([
    [401, 5],
    [200, 50],
  ]);
  expect(linesOf(fifty.slice(0, 4)).map(({ count }) => count)).toEqual([1, 1, 1, 1]);
});

test('copied, each line is one of text', () => {
  expect(textOf(linesOf(fifty))).toBe(
    '1970-01-01T00:00:00.050Z · /api/profile 200 × 50 · Round trip 10 ms to 500 ms · Tokens renewed by GET /api/profile',
  );
});

let measured: PerformanceObserverCallback = () => {};

beforeEach(() => {
  class Observer {
    constructor(callback: PerformanceObserverCallback) {
      measured = callback;
    }
    observe() {}
    disconnect() {}
  }
  vi.stubGlobal('PerformanceObserver', Observer);
});
afterEach(() => void vi.unstubAllGlobals());

const timing = (path: string, startTime: number, changes: object = {}) => ({
  name: `${location.origin}${path}`,
  startTime,
  duration: 34.4,
  responseStatus: 200,
  transferSize: 1_189,
  serverTiming: [
    { name: 'session', duration: 0.042, description: 'memory' },
    { name: 'total', duration: 0.4, description: '' },
    { name: 'node', duration: 0, description: 'b' },
  ],
  ...changes,
});

const arrives = (...entries: object[]) => act(() => measured({ getEntries: () => entries } as never, {} as never));

async function openLog() {
  answer('/api/session', json(adasSession()));
  await openPage('/session');
  return within(await screen.findByRole('list', { name: 'Requests' }));
}

test('it shows each request to the API with its status and what the server told of it', async () => {
  const log = await openLog();
  expect(log.queryAllByRole('listitem')).toEqual([]);
  arrives(timing('/api/session?slide=false', 1), timing('/assets/app.js', 2), timing('/api/profile', 3));

  const lines = log.getAllByRole('listitem');
  expect(lines).toHaveLength(2);
  expect(lines[0]).toHaveTextContent('/api/profile 200');
  expect(lines[0]).toHaveTextContent(
    'Session read 0.04 ms from memory · Server time 0.40 ms · Node b · Round trip 34 ms · Transferred 1,189 bytes',
  );
  expect(log.getAllByText('Node')[0]).toHaveAttribute('title', expect.stringContaining('backend process'));
  expect(lines[1]).toHaveTextContent('/api/session?slide=false');
});

test('it can be filtered, paused and copied', async () => {
  const user = userEvent.setup();
  const log = await openLog();
  const press = (name: string) => user.click(screen.getByRole('button', { name }));
  const renewed = { serverTiming: [{ name: 'renewed', duration: 0, description: 'GET /api/profile' }] };
  arrives(
    timing('/api/session', 1),
    timing('/api/profile', 2, renewed),
    timing('/api/sessions', 3, { responseStatus: 503 }),
  );
  expect(log.getByText('503')).toHaveClass('status-bad');

  await press('Renewals');
  expect(log.getAllByRole('listitem')).toHaveLength(1);
  expect(log.getByRole('listitem')).toHaveTextContent('/api/profile 200');
  await press('Events');
  expect(screen.getByText('Nothing to show yet.')).toBeVisible();
  await press('All');

  await press('Pause');
  arrives(timing('/api/session', 4));
  expect(log.getAllByRole('listitem')).toHaveLength(3);
  await press('Copy');
  expect(screen.getByText('Copied 3 lines.')).toBeVisible();
  expect((await navigator.clipboard.readText()).split('\n')).toHaveLength(3);
  await press('Pause');
  expect(log.getAllByRole('listitem')).toHaveLength(4);
});

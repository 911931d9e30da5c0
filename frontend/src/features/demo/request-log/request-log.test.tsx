import { act, screen, within } from '@testing-library/react';
import { expect, test, vi } from 'vitest';
import { adasSession, answer, json } from '../../../testing/backend.ts';
import { openPage } from '../../../testing/open-page.tsx';
import { type LogEntry, withEntry } from './log.ts';

const entry = (at: number): LogEntry => ({ key: String(at), at, title: `/api/${at}`, facts: [] });

test('the newest line is on top, also when an older one comes late', () => {
  const log = [1, 3, 2].reduce<LogEntry[]>((log, at) => withEntry(log, entry(at)), []);
  expect(log.map(({ at }) => at)).toEqual([3, 2, 1]);
});

test('a line that comes twice stands once', () => {
  expect(withEntry(withEntry([], entry(1)), entry(1))).toHaveLength(1);
});

test('the log does not grow for ever: the oldest lines go', () => {
  let log: LogEntry[] = [];
  for (let at = 1; at <= 200; at += 1) log = withEntry(log, entry(at));
  expect(log.map(({ at }) => at)).toEqual(Array.from({ length: 50 }, (_, place) => 200 - place));
});

test('it shows each request to the API with its status and what the server told of it', async () => {
  let measured: PerformanceObserverCallback = () => {};
  class Observer {
    constructor(callback: PerformanceObserverCallback) {
      measured = callback;
    }
    observe() {}
    disconnect() {}
  }
  vi.stubGlobal('PerformanceObserver', Observer);
  answer('/api/session', json(adasSession()));
  await openPage('/session');
  const log = within(await screen.findByRole('list', { name: 'Requests' }));
  expect(log.queryAllByRole('listitem')).toEqual([]);

  const timing = (path: string, startTime: number) => ({
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
  });
  const entries = [timing('/api/session?slide=false', 1), timing('/assets/app.js', 2), timing('/api/profile', 3)];
  act(() => measured({ getEntries: () => entries } as never, {} as never));

  const lines = log.getAllByRole('listitem');
  expect(lines).toHaveLength(2);
  expect(lines[0]).toHaveTextContent('/api/profile 200');
  expect(lines[0]).toHaveTextContent(
    'Session read: 42 µs from memory · Server time: 400 µs · Node: b · Round trip: 34 ms · Transferred: 1,189 bytes',
  );
  expect(lines[1]).toHaveTextContent('/api/session?slide=false');
  vi.unstubAllGlobals();
});

import { act, screen, within } from '@testing-library/react';
import { expect, test, vi } from 'vitest';
import type { SessionFacts } from '../../lib/api/types.ts';
import { adasProfile, adasSession, answer, json } from '../../testing/backend.ts';
import { openPage } from '../../testing/open-page.tsx';

const attributes = 'Secure; HttpOnly; SameSite=Lax; Path=/';
const part = (name: string) => within(screen.getByRole('region', { name }));
const fact = (name: string) => screen.getByText(name, { selector: 'dt, dt *' }).closest('dt')?.nextElementSibling;

async function inspect(facts: Partial<SessionFacts> = {}) {
  answer('/api/session', json(adasSession(facts)));
  answer('/api/profile', json(adasProfile()));
  await openPage('/profile');
  await screen.findByRole('region', { name: 'How this session works' });
  await screen.findByText(/^200, answered at/);
}

test.each([
  ['cookie', 'Client-side: Sealed cookies in this browser.', 'Client-side in use'],
  ['sqlite', 'Server-side: An SQLite file on the server.', 'Server-side in use'],
  ['redis', 'Server-side: Redis, beside the server.', 'Server-side in use'],
] as const)('%s: it says how the session is kept, and marks that way among the two', async (store, words, column) => {
  await inspect({ store });
  expect(screen.getByText(words)).toBeVisible();
  const columns = part('Two ways to keep a session').getAllByRole('columnheader');
  expect(columns).toHaveLength(2);
  expect(columns.map(({ textContent }) => textContent?.trim())).toContain(column);
});

test('it lists the cookies with size and attributes, and counts parts and bytes', async () => {
  await inspect({
    cookies: [
      { name: '__Host-session', bytes: 158, attributes },
      { name: '__Host-session.0', bytes: 4_096, attributes },
      { name: '__Host-session.1', bytes: 1_312, attributes },
    ],
  });
  expect(fact('__Host-session.1')).toHaveTextContent(`1,312 of 4,096 bytes${attributes}`);
  expect(part('Its cookies').getByText(/bytes: the id/)).toHaveTextContent(
    '5,566 bytes: the id, and the session in 2 parts. Browsers drop a cookie of more than 4,096 bytes, so the session is split.',
  );
});

test('one cookie with an id needs no parts', async () => {
  await inspect({ store: 'sqlite', cookies: [{ name: '__Host-session', bytes: 158, attributes }] });
  expect(part('Its cookies').getByText(/bytes: the id/)).toHaveTextContent('158 bytes: the id. Browsers drop');
});

test('it tells which request renewed the token, and when', async () => {
  await inspect({ tokenRefreshedAt: new Date().toISOString(), tokenRefreshedBy: 'GET /api/profile' });
  expect(fact('Token renewed')).toHaveTextContent(/by GET \/api\/profile$/);
});

test('it shows what the last request has cost in the server and on the way', async () => {
  let measured: PerformanceObserverCallback = () => {};
  class Observer {
    constructor(callback: PerformanceObserverCallback) {
      measured = callback;
    }
    observe() {}
    disconnect() {}
  }
  vi.stubGlobal('PerformanceObserver', Observer);
  await inspect();
  expect(fact('There and back')).toHaveTextContent('not provided');

  const timing = (path: string, duration: number) => ({
    name: `http://localhost${path}`,
    duration,
    transferSize: 1_189,
    serverTiming: [
      { name: 'session', duration: 0.12, description: 'memory' },
      { name: 'total', duration: 0.4, description: '' },
    ],
  });
  const entries = [timing('/api/session', 9), timing('/api/session?slide=false', 4.321), timing('/api/profile', 99)];
  act(() => measured({ getEntries: () => entries } as never, {} as never));
  expect(fact('Reading the session')).toHaveTextContent('0.12 ms, from memory');
  expect(fact('In the server')).toHaveTextContent('0.4 ms');
  expect(fact('There and back')).toHaveTextContent('4.32 ms');
  expect(fact('Transferred')).toHaveTextContent('1,189 bytes');
  vi.unstubAllGlobals();
});

test('every link into the source leads to a file that there is', async () => {
  await inspect();
  const found = import.meta.glob(['../../../../backend/src/session/**', '../../../../docs/*.md', '../auth/*.ts']);
  const here = 'http://repository/frontend/src/features/session-inspector/';
  const files = Object.keys(found).map((file) => new URL(file, here).pathname);
  const links = part('Read on').getAllByRole('link');
  expect(links.length).toBeGreaterThan(3);
  for (const link of links) expect(files).toContain(link.getAttribute('href')?.split('/blob/main')[1]);
});

import { cleanup, screen, within } from '@testing-library/react';
import { expect, test, vi } from 'vitest';
import type { SessionFacts } from '../../../lib/api/types.ts';
import { sourceUrl } from '../../../lib/repository.ts';
import { adasSession, answer, json } from '../../../testing/backend.ts';
import { openPage } from '../../../testing/open-page.tsx';

const attributes = 'Secure; HttpOnly; SameSite=Strict; Path=/';
const part = (name: string) => within(screen.getByRole('region', { name }));
const fact = (name: string) =>
  within(screen.getByRole('region', { name: 'How this session works' }))
    .getByText(name, { selector: 'dt, dt *' })
    .closest('dt')?.nextElementSibling;

async function inspect(facts: Partial<SessionFacts> = {}) {
  answer('/api/session', json(adasSession(facts)));
  await openPage('/session');
  await screen.findByRole('region', { name: 'How this session works' });
}

test.each([
  ['cookie', 'Client-side: Sealed cookies in this browser.', 'Client-side in use'],
  ['sqlite', 'Server-side: An SQLite file on the server.', 'Server-side in use'],
  ['redis', 'Server-side: Redis, shared by all servers.', 'Server-side in use'],
] as const)('%s: it says how the session is kept, and marks that way among the two', async (store, words, column) => {
  await inspect({ store });
  expect(screen.getByText(words)).toBeVisible();
  const columns = part('Client-side and server-side sessions').getAllByRole('columnheader');
  expect(columns).toHaveLength(2);
  expect(columns.map(({ textContent }) => textContent?.trim())).toContain(column);
});

test('it lists the cookies with size and attributes, and counts parts and bytes', async () => {
  await inspect({
    cookies: [
      { name: '__Host-Http-session', bytes: 158, attributes },
      { name: '__Host-Http-session.Zq0bX1k3vTn5mS7yPd9uAw.0', bytes: 4_096, attributes },
      { name: '__Host-Http-session.Zq0bX1k3vTn5mS7yPd9uAw.1', bytes: 1_312, attributes },
    ],
  });
  expect(fact('__Host-Http-session.Zq0bX1k3vTn5mS7yPd9uAw.1')).toHaveTextContent(`1,312 of 4,096 bytes${attributes}`);
  expect(part('Session cookies').getByText(/bytes: the id/)).toHaveTextContent(
    '5,566 bytes: the id, and the session in 2 parts. Browsers drop a cookie of more than 4,096 bytes, so the session is split.',
  );
});

test('one cookie with an id needs no parts', async () => {
  await inspect({ store: 'sqlite', cookies: [{ name: '__Host-Http-session', bytes: 158, attributes }] });
  expect(part('Session cookies').getByText(/bytes: the id/)).toHaveTextContent('158 bytes: the id. Browsers drop');
});

test('with Secure cookies nothing is missing', async () => {
  await inspect();
  expect(part('Session cookies').queryByText(/Over https/)).not.toBeInTheDocument();
});

test('without Secure it says what https would add', async () => {
  await inspect({ cookies: [{ name: 'session', bytes: 158, attributes: 'HttpOnly; SameSite=Strict; Path=/' }] });
  expect(part('Session cookies').getByText(/Over https/)).toHaveTextContent(/also Secure.*begins with __Host-Http-/);
});

test('it tells which request renewed the token, and when', async () => {
  await inspect({ tokenRefreshedAt: new Date().toISOString(), tokenRefreshedBy: 'GET /api/profile' });
  expect(fact('Token renewed')).toHaveTextContent(/by GET \/api\/profile$/);
});

test('the way in use shows this session’s numbers, the other those it last had', async () => {
  localStorage.clear();
  const table = () => part('Client-side and server-side sessions').getByRole('row', { name: /^Measured now/ });
  await inspect();
  expect(table()).toHaveTextContent('3,362 bytes in 2 cookiesnot in use');
  cleanup();
  await inspect({ store: 'sqlite', cookies: [{ name: '__Host-session', bytes: 158, attributes }] });
  expect(table()).toHaveTextContent('last time 3,362 bytes in 2 cookies158 bytes in one cookie');
});

test('it shows where the session is kept, and explains the handle', async () => {
  await inspect();
  expect(fact('Stored in')).toHaveTextContent('Sealed cookies in this browser');
  expect(fact('Handle')).toHaveTextContent('handle-1The public name of a session.');
});

test('every file to read on in is one that there is', async () => {
  await inspect();
  const found = import.meta.glob([
    '../../../../../crates/sessions/src/**',
    '../../../../../docs/*.md',
    '../../auth/*.ts',
  ]);
  const here = 'http://repository/frontend/src/features/demo/session-inspector/';
  const files = Object.keys(found).map((file) => new URL(file, here).pathname);
  const paths = part('Source code').getAllByText(/^(crates|frontend|docs)\//);
  expect(paths.length).toBeGreaterThan(3);
  for (const { textContent } of paths) expect(files).toContain(`/${textContent}`);
});

test('it leads to them at the commit of this build, where the repository is named', async () => {
  vi.stubGlobal('__SOURCE_BASE__', 'https://code.example/blob/abc/');
  expect(sourceUrl('docs/architecture.md')).toBe('https://code.example/blob/abc/docs/architecture.md');
  vi.stubGlobal('__SOURCE_BASE__', '');
  expect(sourceUrl('docs/architecture.md')).toBeUndefined();
  vi.unstubAllGlobals();
});

import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { expect, test } from 'vitest';
import type { NodeCounts } from '../../lib/api/types.ts';
import { adasSession, answer, json, problem } from '../../testing/backend.ts';
import { openPage } from '../../testing/open-page.tsx';

const counts: NodeCounts = { node: 'one', sessionsBegun: 7, tokensRefreshed: 3, eventStreams: 2 };

function sessionWith(...names: string[]) {
  const session = adasSession();
  const roles = names.map((name) => ({ id: name, name, displayName: name }));
  return { ...session, metadata: { ...session.metadata, roles } };
}

const linkToAdmin = () => within(screen.getByRole('navigation')).queryByRole('link', { name: 'Admin' });

test('an administrator sees the page and the link to it', async () => {
  answer('/api/session', json(sessionWith('app:local:admin')));
  answer('/api/admin/node', json(counts));
  await openPage('/admin');
  expect(await screen.findByText('Sessions begun')).toBeVisible();
  expect(screen.getByText('7')).toBeVisible();
  expect(linkToAdmin()).toBeVisible();
});

test('everybody else gets a page that says so, sends no request and sees no link', async () => {
  answer('/api/session', json(sessionWith('app:local:viewer')));
  const requests = answer('/api/admin/node', problem(403, 'forbidden'));
  await openPage('/admin');
  expect(await screen.findByRole('heading', { name: 'Administrators only' })).toBeVisible();
  expect(screen.getByText('app:local:viewer')).toBeVisible();
  expect(linkToAdmin()).not.toBeInTheDocument();
  expect(requests).toEqual([]);
});

test('a role that was taken away takes page and link away with the next answer', async () => {
  answer('/api/session', json(sessionWith('app:local:admin')), json(sessionWith()));
  answer('/api/admin/node', json(counts), problem(403, 'forbidden'));
  await openPage('/admin');
  await screen.findByText('Sessions begun');
  await userEvent.click(screen.getByRole('button', { name: 'Count again' }));
  expect(await screen.findByRole('heading', { name: 'Administrators only' })).toBeVisible();
  await waitFor(() => expect(linkToAdmin()).not.toBeInTheDocument());
});

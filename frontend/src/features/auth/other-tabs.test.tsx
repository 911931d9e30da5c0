import { screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { expect, test, vi } from 'vitest';
import { adasProfile, adasSession, answer, gracesSession, json, never, signedOut } from '../../testing/backend.ts';
import { openPage } from '../../testing/open-page.tsx';

const gracesProfile = () => adasProfile({ userId: 'user-grace', name: 'Grace Hopper', email: 'grace@globex.example' });

async function openProfile() {
  const opened = await openPage('/profile');
  await opened.tab.findByText(/^200, answered at/);
  return opened;
}

test('signing out in one tab shows at once in the others, by way of the next page', async () => {
  answer('/api/session', json(adasSession()));
  answer('/api/profile', json(adasProfile()));
  const { tab } = await openProfile();
  answer('/api/session', signedOut);
  await openPage('/');
  expect(await tab.findByRole('heading', { name: 'Your session has ended' })).toBeVisible();
});

test('a 401 in one tab shows at once in the others', async () => {
  answer('/api/session', json(adasSession()));
  answer('/api/profile', json(adasProfile()));
  const { tab } = await openProfile();
  const other = await openPage('/');
  await other.tab.findByRole('heading', { name: 'Welcome, Ada Lovelace' });
  answer('/api/session', signedOut);
  answer('/api/profile', signedOut);
  await userEvent.click(tab.getByRole('button', { name: 'Call /api/profile again' }));
  expect(await other.tab.findByText('Your session has ended.')).toBeVisible();
  expect(await tab.findByRole('heading', { name: 'Your session has ended' })).toBeVisible();
});

test('the message between tabs says nothing but that something changed', async () => {
  const posted = vi.spyOn(BroadcastChannel.prototype, 'postMessage');
  answer('/api/session', json(adasSession()));
  await openPage('/');
  await screen.findByRole('heading', { name: 'Welcome, Ada Lovelace' });
  expect(posted.mock.calls).toEqual([['changed']]);
});

test('a tab that hears of a change asks once, without activity, and tells nobody', async () => {
  const requests = answer('/api/session', json(adasSession()));
  const { tab } = await openPage('/');
  await tab.findByRole('heading', { name: 'Welcome, Ada Lovelace' });
  answer('/api/session', json(gracesSession()));
  const posted = vi.spyOn(BroadcastChannel.prototype, 'postMessage');
  await openPage('/');
  await tab.findByRole('heading', { name: 'Welcome, Grace Hopper' });
  expect(posted).toHaveBeenCalledOnce();
  expect(requests.map((url) => url.search)).toEqual(['']);
});

test('another user who signs in in another tab is shown, without data of the first', async () => {
  answer('/api/session', json(adasSession()));
  answer('/api/profile', json(adasProfile()));
  const { tab } = await openProfile();
  await userEvent.type(tab.getByLabelText('Note'), 'Ada’s secret');
  answer('/api/session', json(gracesSession()));
  answer('/api/profile', never);
  const other = await openPage('/');

  const notice = await tab.findByText('The account has changed.');
  expect(notice.closest('[aria-live=polite]')).toHaveTextContent('You signed in as Grace Hopper in another tab.');
  expect(tab.getByRole('heading', { level: 1 })).toHaveTextContent('Grace Hopper');
  expect(tab.queryByText('en-GB')).not.toBeInTheDocument();
  expect(tab.getByLabelText('Note')).toHaveValue('');
  await waitFor(() => expect(sessionStorage).toHaveLength(0));
  expect(other.tab.queryByText('The account has changed.')).not.toBeInTheDocument();

  await userEvent.click(tab.getByRole('button', { name: 'OK' }));
  expect(tab.queryByText('The account has changed.')).not.toBeInTheDocument();
});

test('an answer for another user is never shown: the page first asks who it is', async () => {
  answer('/api/session', json(adasSession()));
  answer('/api/profile', json(adasProfile()));
  const { tab, authStore } = await openProfile();
  const questions = answer('/api/session', never);
  answer('/api/profile', json(gracesProfile()));
  await userEvent.click(tab.getByRole('button', { name: 'Call /api/profile again' }));
  await waitFor(() => expect(questions).toHaveLength(1));
  expect(tab.queryByText('grace@globex.example')).not.toBeInTheDocument();
  expect(authStore.getState().status).toBe('authenticated');
});

test('signing in again in another tab gives this one its page back, as it was', async () => {
  answer('/api/session', json(adasSession()));
  answer('/api/profile', json(adasProfile()));
  const { tab } = await openProfile();
  await userEvent.type(tab.getByLabelText('Note'), 'Half a thought');
  answer('/api/session', signedOut);
  answer('/api/profile', signedOut);
  await userEvent.click(tab.getByRole('button', { name: 'Call /api/profile again' }));
  await tab.findByRole('heading', { name: 'Your session has ended' });
  const note = tab.getByLabelText('Note');
  expect(note.closest('[inert]')).not.toBeNull();

  answer('/api/session', json(adasSession({ handle: 'handle-9' })));
  answer('/api/profile', json(adasProfile()));
  await openPage('/');
  await waitFor(() => expect(note.closest('[inert]')).toBeNull());
  expect(tab.queryByRole('heading', { name: 'Your session has ended' })).not.toBeInTheDocument();
  expect(tab.getByLabelText('Note')).toBe(note);
  expect(note).toHaveValue('Half a thought');
  expect(document.title).toBe('Profile · Actix Sessions');
  expect(tab.getByRole('button', { name: 'Call /api/profile again' })).toHaveFocus();
  expect(await tab.findByText(/^200, answered at/)).toBeVisible();
});

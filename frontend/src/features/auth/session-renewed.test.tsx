import { screen, waitFor } from '@testing-library/react';
import { beforeEach, expect, test, vi } from 'vitest';
import { adasProfile, adasSession, answer, json, renewed, replaced, signedOut } from '../../testing/backend.ts';
import { openPage, pass, stopTheClock } from '../../testing/open-page.tsx';

// Two tabs that sign in at the same time: the second sign-in ends the session of the first, whose requests are
// answered late, or before the browser holds the new cookies.
beforeEach(stopTheClock);

const newer = json(adasSession({ handle: 'handle-9' }));
const ended = () => screen.queryByRole('heading', { name: 'Your session has ended' });

async function openProfile() {
  const opened = await openPage('/profile');
  await pass(0.1);
  return opened;
}

test('a page opened with the old cookies goes on once the new ones are there', async () => {
  const requests = answer('/api/session', renewed, renewed, renewed, newer);
  answer('/api/profile', json(adasProfile()));
  const { leaveTo, authStore } = await openProfile();
  expect(authStore.getState().status).toBe('loading');
  await pass(3);
  expect(screen.getByRole('heading', { name: 'Ada Lovelace' })).toBeVisible();
  expect(leaveTo).not.toHaveBeenCalled();
  expect(requests).toHaveLength(4);
});

test('a page whose session was renewed goes on, and nobody reads that it ended', async () => {
  answer('/api/session', json(adasSession()), renewed, newer);
  answer('/api/profile', json(adasProfile()));
  const { authStore } = await openProfile();
  const states: string[] = [];
  authStore.subscribe(() => states.push(authStore.getState().status));
  void authStore.load({ slide: false });
  await pass(3);
  expect(new Set(states)).toEqual(new Set(['authenticated']));
  expect(screen.getByText(/^200, answered at/)).toBeVisible();
});

test.each([
  ['session_renewed', renewed],
  ['unauthenticated', signedOut],
])('a late 401 (%s) of another call ends nothing while the session lives', async (_code, response) => {
  answer('/api/session', json(adasSession()), newer);
  answer('/api/profile', response, json(adasProfile()));
  const { leaveTo } = await openProfile();
  await pass(1);
  expect(ended()).not.toBeInTheDocument();
  expect(screen.getByText(/^200, answered at/)).toBeVisible();
  expect(leaveTo).not.toHaveBeenCalled();
});

test('a 401 for a session that was just there is asked again before it is believed', async () => {
  const requests = answer('/api/session', json(adasSession()), signedOut, newer);
  answer('/api/profile', json(adasProfile()));
  const { authStore } = await openProfile();
  void authStore.load({ slide: false });
  await pass(1);
  expect(ended()).not.toBeInTheDocument();
  expect(requests).toHaveLength(3);
});

test('a 401 that another tab has overtaken with news takes nobody to sign-in', async () => {
  vi.useRealTimers();
  let answerLate = () => {};
  const late = () => new Promise<Response>((resolve) => (answerLate = () => resolve(signedOut())));
  const requests = answer('/api/session', late, newer);
  answer('/api/profile', json(adasProfile()));
  const { leaveTo, authStore } = await openPage('/profile');
  const heard = vi.spyOn(authStore, 'load');
  const otherTab = new BroadcastChannel('session');
  otherTab.postMessage('changed');
  await waitFor(() => expect(heard).toHaveBeenCalled());
  otherTab.close();
  expect(requests).toHaveLength(1);
  answerLate();
  expect(await screen.findByRole('heading', { name: 'Ada Lovelace' })).toBeVisible();
  expect(leaveTo).not.toHaveBeenCalled();
  await screen.findByText(/^200, answered at/);
});

test('a session that stays renewed has ended: the new cookies never came', async () => {
  const requests = answer('/api/session', json(adasSession()), renewed);
  answer('/api/profile', json(adasProfile()));
  const { authStore } = await openProfile();
  void authStore.load({ slide: false });
  await pass(10);
  expect(ended()).toBeVisible();
  expect(requests.length).toBeLessThan(8);
});

test('why a session ended is not forgotten by asking again', async () => {
  answer('/api/session', json(adasSession()), replaced, signedOut);
  answer('/api/profile', json(adasProfile()));
  const { authStore } = await openProfile();
  void authStore.load({ slide: false });
  await pass(1);
  expect(screen.getByText(/You signed in on too many devices/)).toBeVisible();
});

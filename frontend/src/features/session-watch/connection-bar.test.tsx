import { fireEvent, screen } from '@testing-library/react';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import {
  adasProfile,
  adasSession,
  answer,
  html,
  json,
  networkFailure,
  problem,
  providerDown,
  signedOut,
  storeDown,
} from '../../testing/backend.ts';
import { openPage, pass, stopTheClock } from '../../testing/open-page.tsx';

beforeEach(stopTheClock);

const tryNow = () => screen.queryByRole('button', { name: 'Try now' });
const bar = () => tryNow()?.closest('[aria-live=polite]');
const goOffline = () => {
  vi.spyOn(navigator, 'onLine', 'get').mockReturnValue(false);
  fireEvent.offline(window);
};
/** The server has confirmed the session, and the provider has not since then. */
const unverified = () => {
  const session = adasSession();
  Object.assign(session.metadata.session, { unverifiedSince: new Date().toISOString() });
  return json(session)();
};

async function open(address: string) {
  const opened = await openPage(address);
  await pass(0.5);
  return opened;
}

test.each([
  ['Can’t reach the server. You’re still signed in. Retrying in 5 s', networkFailure],
  ['Can’t reach the server. You’re still signed in. Retrying in 5 s', problem(502, 'internal')],
  ['The identity provider is unavailable. You’re still signed in. Retrying in 9 s', providerDown],
  ['The session store is unavailable. You’re still signed in. Retrying in 7 s', storeDown],
  ['Too many requests. You’re still signed in. Retrying in 5 s', problem(429, 'rate_limited')],
  ['The server returned an unexpected response. You’re still signed in. Retrying in 5 s', html],
  [/The identity provider is unavailable. You’re still signed in, not verified since .+. Retrying in 5 s/, unverified],
])('a signed-in page says “%s”, until that is over', async (words, response) => {
  answer('/api/session', json(adasSession()), response, json(adasSession()));
  const { authStore } = await open('/session');
  expect(bar()).toBeUndefined();
  void authStore.load({ slide: false });
  await pass(0.5);
  expect(bar()).toHaveTextContent(words);
  await pass(10);
  expect(bar()).toBeUndefined();
});

test('a browser that goes offline is believed when the server does not answer', async () => {
  const requests = answer('/api/session', json(adasSession()), json(adasSession()), networkFailure);
  await open('/session');
  goOffline();
  await pass(0.5);
  expect(bar(), 'the server may be on this machine').toBeUndefined();
  goOffline();
  await pass(0.5);
  expect(bar()).toHaveTextContent('You’re offline. You’re still signed in.');
  expect(requests).toHaveLength(3);
});

test.each([
  ['Can’t reach the server.', networkFailure],
  ['The identity provider is unavailable.', providerDown],
  ['The session store is unavailable.', storeDown],
])('a call that fails has the bar say “%s” at once', async (words, response) => {
  answer('/api/session', json(adasSession()));
  answer('/api/profile', json(adasProfile()), response);
  await open('/profile');
  answer('/api/session', response);
  fireEvent.click(screen.getByRole('button', { name: 'Call /api/profile again' }));
  await pass(0.5);
  expect(bar()).toHaveTextContent(words);
  expect(screen.getByText(/The previous response is shown below/)).toBeVisible();
  expect(screen.getByText('en-GB')).toBeVisible();
});

test('asking again is no activity of the user', async () => {
  const requests = answer('/api/session', json(adasSession()), networkFailure);
  const { authStore } = await open('/session');
  void authStore.load({ slide: false });
  await pass(12);
  expect(requests.length).toBeGreaterThan(2);
  expect(new Set(requests.slice(1).map(({ search }) => search))).toEqual(new Set(['?slide=false']));
});

test('“Try now” asks at once', async () => {
  answer('/api/session', json(adasSession()), networkFailure, json(adasSession()));
  const { authStore } = await open('/session');
  void authStore.load({ slide: false });
  await pass(0.5);
  fireEvent.click(tryNow() as HTMLElement);
  await pass(0.5);
  expect(bar()).toBeUndefined();
});

test('after the idle timeout it no longer says that the session goes on', async () => {
  const soon = new Date(Date.now() + 20_000).toISOString();
  answer('/api/session', json(adasSession({ idleExpiresAt: soon })), networkFailure);
  const { authStore } = await open('/session');
  void authStore.load({ slide: false });
  await pass(0.5);
  expect(bar()).toHaveTextContent('You’re still signed in.');
  await pass(30);
  expect(bar()).toHaveTextContent('Your session may have timed out.');
});

describe('on a page that opens during an outage', () => {
  test('nothing is said of a session that nobody knows of', async () => {
    answer('/api/session', networkFailure);
    await open('/profile');
    expect(bar()).toHaveTextContent('Can’t reach the server. If you were signed in, you still are. Retrying in 5 s');
    expect(screen.queryByRole('button', { name: 'Sign out' })).not.toBeInTheDocument();
  });

  test.each([
    ['provider', providerDown, 'The identity provider is unavailable.'],
    ['store', storeDown, 'The session store is unavailable.'],
  ])('of the %s, menu and sign-out stay, and it is named', async (_, response, words) => {
    answer('/api/session', response);
    const { leaveTo } = await open('/profile');
    expect(bar()).toHaveTextContent(`${words} You’re still signed in.`);
    expect(screen.getByRole('heading', { level: 1 })).toHaveTextContent('Back in a moment');
    expect(screen.getByRole('region', { name: 'Temporarily unavailable' })).toHaveTextContent(words);
    expect(screen.getByRole('link', { name: 'Devices' })).toBeVisible();
    fireEvent.click(screen.getByRole('button', { name: 'Sign out' }));
    await pass(0.5);
    expect(leaveTo).toHaveBeenCalledExactlyOnceWith('/api/auth/logout');
  });

  test('a stranger is not told to be signed in', async () => {
    answer('/api/session', signedOut, networkFailure);
    await open('/');
    goOffline();
    await pass(0.5);
    expect(bar()).toHaveTextContent(/You’re offline\. +Retrying in 5 s/);
  });
});

test.each([
  ['Sign out', '/session', 'You were not signed out.', () => json(adasSession())()],
  ['Sign in', '/', 'Sign-in did not start.', signedOut],
])('“%s” stays on the page while the server cannot be reached', async (name, address, words, response) => {
  answer('/api/session', response, networkFailure);
  const { leaveTo } = await open(address);
  goOffline();
  await pass(0.5);
  const button = screen.getByRole('button', { name });
  fireEvent.click(button);
  await pass(0.5);
  expect(screen.getByRole('alert')).toHaveTextContent(`You’re offline. ${words}`);
  expect(leaveTo).not.toHaveBeenCalled();
  expect(sessionStorage).toHaveLength(0);
  answer('/api/session', response);
  fireEvent.click(button);
  await pass(0.5);
  expect(leaveTo).toHaveBeenCalledOnce();
});

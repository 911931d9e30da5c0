import { screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { expect, test } from 'vitest';
import { adasSession, answer, config, json, signedOut, storeDown } from '../../testing/backend.ts';
import { openPage } from '../../testing/open-page.tsx';

async function open(query: string) {
  answer('/api/session', signedOut);
  await openPage(`/signed-out${query}`);
  await screen.findByLabelText('Tenant');
}

const steps = () =>
  within(screen.getByRole('list', { name: 'Sign-out steps' }))
    .getAllByRole('heading')
    .map(({ textContent }) => textContent);

test('a sign-out says what was done, in order', async () => {
  await open('?session=ended&tokens=revoked&provider=ended');
  expect(screen.getByRole('heading', { level: 1 })).toHaveTextContent('You are signed out');
  expect(steps()).toEqual([
    'Done: Your session was ended',
    'Done: The session cookies were removed',
    'Done: The refresh token was revoked',
    'Done: Your session at the identity provider was ended',
  ]);
});

test('and what was not', async () => {
  await open('?session=ended&tokens=revoking&provider=open');
  expect(steps().slice(2)).toEqual([
    'Not done: The refresh token is not revoked yet',
    'Not done: Your session at the identity provider was not ended',
  ]);
});

test('a provider without a sign-out keeps its session, and the page says so', async () => {
  await open('?session=ended&provider=stays');
  expect(steps().at(-1)).toBe('Not done: Your session at the identity provider continues');
});

test('a provider that hands over nothing but state loses no word', async () => {
  await open('?state=session-none.provider-ended');
  expect(steps()).toEqual([
    'Done: There was no session to end',
    'Done: Your session at the identity provider was ended',
  ]);
});

test.each([
  ['cookie', /list of revoked sessions/],
  ['sqlite', /The server deleted it/],
] as const)('%s: it says how the session was ended', async (sessionStore, words) => {
  answer('/api/config', json(config({ sessionStore })));
  await open('?session=ended');
  expect(await screen.findByText(words)).toBeVisible();
});

test.each(['', '?session=kept', '?session=constructor', '?tokens=revoked', '?session=<b>ended</b>'])(
  'an address that says nothing known (%s) claims nothing',
  async (query) => {
    await open(query);
    expect(screen.queryByRole('list', { name: 'Sign-out steps' })).not.toBeInTheDocument();
  },
);

test('an address does not say "signed out" to somebody who is signed in', async () => {
  answer('/api/session', json(adasSession()));
  await openPage('/signed-out?session=ended&tokens=revoked&provider=ended');
  expect(await screen.findByRole('heading', { level: 1, name: 'You are signed in' })).toBeVisible();
  expect(screen.queryByText('Your session was ended')).not.toBeInTheDocument();
});

test('after a failed sign-out it says "still signed in" and offers the sign-out again', async () => {
  answer('/api/session', storeDown);
  const { leaveTo } = await openPage('/signed-out?session=kept');
  expect(await screen.findByRole('heading', { level: 1, name: 'You are still signed in' })).toBeVisible();
  expect(screen.queryByLabelText('Tenant')).not.toBeInTheDocument();
  await userEvent.click(screen.getByRole('button', { name: 'Try to sign out again' }));
  expect(leaveTo).toHaveBeenCalledExactlyOnceWith('/api/auth/logout');
});

test('a sign-out everywhere ends here too, names the others and asks for the password', async () => {
  sessionStorage.setItem('sign-out', 'handle-1 everywhere');
  await open('?session=ended&tokens=revoked&provider=open');
  expect(steps()[0]).toBe('Done: Your other sessions were ended');
  expect(steps()).toHaveLength(5);
  expect(screen.getByRole('link', { name: /Ada/ })).toHaveAttribute('href', expect.stringContaining('prompt=login'));
  expect(sessionStorage).toHaveLength(0);
});

import { fireEvent, screen, within } from '@testing-library/react';
import { beforeEach, expect, test } from 'vitest';
import {
  adasProfile,
  adasSession,
  answer,
  html,
  json,
  networkFailure,
  never,
  problem,
  providerDown,
  signedOut,
} from '../../testing/backend.ts';
import { openPage, pass, stopTheClock } from '../../testing/open-page.tsx';

beforeEach(stopTheClock);

const region = (name: string) => within(screen.getByRole('region', { name }));
const callAgain = () => fireEvent.click(screen.getByRole('button', { name: 'Call /api/profile again' }));

/** The value beside a name in the facts of `within`. */
function fact(card: ReturnType<typeof region>, name: string) {
  return card.getByText(name, { selector: 'dt' }).nextElementSibling;
}

async function openProfile() {
  const opened = await openPage('/profile?tab=1#facts');
  await pass(0.5);
  return opened;
}

test('it shows the user, the tenant and the roles', async () => {
  answer('/api/session', json(adasSession()));
  answer('/api/profile', json(adasProfile()));
  await openProfile();
  const account = region('Account');
  expect(screen.getByRole('heading', { level: 1 })).toHaveTextContent('Ada Lovelace');
  expect(fact(account, 'Email')).toHaveTextContent('ada@acme.example');
  expect(fact(account, 'Tenant')).toHaveTextContent('acme');
  expect(fact(account, 'Roles')).toHaveTextContent('Owner');
  expect(fact(account, 'User id')).toHaveTextContent('user-ada');
});

test('facts that the provider does not provide are named as such', async () => {
  const session = adasSession();
  session.metadata = { roles: [], session: session.metadata.session, name: null };
  answer('/api/session', json(session));
  answer('/api/profile', json(adasProfile({ name: null, roles: [], locale: null })));
  await openProfile();
  expect(screen.getByRole('heading', { level: 1 })).toHaveTextContent('Your profile');
  expect(fact(region('Account'), 'Email')).toHaveTextContent('not provided');
  expect(fact(region('Account'), 'Roles')).toHaveTextContent('none');
});

test('calling again shows the new answer, and asks for the session it may have changed', async () => {
  const asked = answer('/api/session', json(adasSession()));
  answer('/api/profile', json(adasProfile()), json(adasProfile({ locale: 'de-DE' })));
  await openProfile();
  const panel = region('Protected resource');
  expect(fact(panel, 'Locale')).toHaveTextContent('en-GB');
  callAgain();
  await pass(0.5);
  expect(fact(panel, 'Locale')).toHaveTextContent('de-DE');
  expect(asked.map((url) => url.search)).toEqual(['', '?slide=false']);
});

test('while the answer is awaited it says so, and another click asks no second time', async () => {
  answer('/api/session', json(adasSession()));
  const requests = answer('/api/profile', never);
  await openProfile();
  expect(screen.getByRole('status')).toHaveTextContent('Waiting for the response');
  callAgain();
  await pass(1);
  expect(requests).toHaveLength(1);
});

test('a 401 says that the session has ended, and offers a sign-in that comes back', async () => {
  answer('/api/session', json(adasSession()), signedOut);
  answer('/api/profile', json(adasProfile()), signedOut);
  const { leaveTo } = await openProfile();
  callAgain();
  await pass(0.5);
  expect(screen.getByRole('heading', { name: 'Your session has ended' })).toHaveFocus();
  expect(screen.getByRole('link', { name: 'Sign in' })).toHaveAttribute(
    'href',
    '/api/auth/login?tenant_name=acme&login_hint=ada%40acme.example&return_url=%2Fprofile%3Ftab%3D1%23facts&prompt=login',
  );
  expect(screen.getByText('ada@acme.example').closest('[inert]')).not.toBeNull();
  expect(screen.queryByRole('button', { name: 'Sign out' })).not.toBeInTheDocument();
  expect(leaveTo).not.toHaveBeenCalled();
});

test('a 401 to a call of an older session can be called again: this one lives', async () => {
  answer('/api/session', json(adasSession()));
  answer('/api/profile', signedOut, json(adasProfile()));
  await openProfile();
  expect(screen.getByText(/Your session changed during the request/)).toBeVisible();
  callAgain();
  await pass(0.5);
  expect(screen.getByText(/^200, answered at/)).toBeVisible();
});

test('a 403 is no sign-out: it says what to do', async () => {
  answer('/api/session', json(adasSession()));
  const requests = answer('/api/profile', problem(403, 'forbidden'));
  await openProfile();
  expect(screen.getByRole('alert')).toHaveTextContent('403: not allowed. You are signed in, but');
  await pass(60);
  expect(requests).toHaveLength(1);
});

test('a 503 keeps the page, and calls again when Retry-After is over and not earlier', async () => {
  answer('/api/session', json(adasSession()));
  const requests = answer('/api/profile', providerDown, json(adasProfile()));
  await openProfile();
  const panel = region('Protected resource');
  expect(panel.getByRole('status')).toHaveTextContent('The identity provider is unavailable. You are still signed in.');
  await pass(8);
  expect(requests).toHaveLength(1);
  await pass(2);
  expect(requests).toHaveLength(2);
  expect(fact(panel, 'Locale')).toHaveTextContent('en-GB');
});

test('during an outage the button tries at once', async () => {
  answer('/api/session', json(adasSession()));
  const requests = answer('/api/profile', providerDown, json(adasProfile()));
  await openProfile();
  callAgain();
  await pass(0.5);
  expect(requests).toHaveLength(2);
  expect(screen.getByText(/^200, answered at/)).toBeVisible();
});

test('a network failure is treated like an outage', async () => {
  answer('/api/session', json(adasSession()));
  answer('/api/profile', networkFailure, json(adasProfile()));
  await openProfile();
  expect(screen.getByText('Temporarily unavailable, retrying')).toBeVisible();
  await pass(6);
  expect(screen.getByText(/^200, answered at/)).toBeVisible();
});

test.each([
  ['a page of HTML', html, 200],
  ['JSON of another shape', json({ userId: 'x' } as never), 200],
  ['a 500', problem(500, 'internal'), 500],
])('%s is named as an unexpected response', async (_name, response, status) => {
  answer('/api/session', json(adasSession()));
  answer('/api/profile', response);
  await openProfile();
  expect(screen.getByRole('alert')).toHaveTextContent(`Unexpected response (status ${status})`);
});

import { fireEvent, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { beforeEach, describe, expect, test } from 'vitest';
import {
  adasSession,
  answer,
  html,
  json,
  networkFailure,
  never,
  problem,
  signedOut,
  storeDown,
} from '../../testing/backend.ts';
import { openPage, pass, stopTheClock } from '../../testing/open-page.tsx';

const unavailable = () => screen.queryByText('Temporarily unavailable, retrying');

test('the session is asked for once at start, in strict mode and over two pages too', async () => {
  const requests = answer('/api/session', json(adasSession()));
  await openPage('/');
  await userEvent.click(await screen.findByRole('link', { name: 'See your session' }));
  await screen.findByRole('heading', { name: 'Your session' });
  expect(requests.map((url) => url.pathname + url.search)).toEqual(['/api/session']);
});

test('until the server has answered nobody is greeted and nobody is asked to sign in', async () => {
  answer('/api/session', never);
  await openPage('/');
  expect(await screen.findByRole('status')).toHaveTextContent('Checking your session');
  expect(screen.queryByLabelText('Tenant')).not.toBeInTheDocument();
});

test('a 200 with a session greets the user', async () => {
  answer('/api/session', json(adasSession()));
  await openPage('/');
  expect(await screen.findByRole('heading', { name: 'Welcome, Ada Lovelace' })).toBeVisible();
  expect(screen.getByRole('button', { name: 'Sign out' })).toBeVisible();
});

test('a 401 offers sign-in', async () => {
  answer('/api/session', signedOut);
  await openPage('/');
  expect(await screen.findByRole('heading', { name: 'Sign in' })).toBeVisible();
  expect(screen.queryByRole('button', { name: 'Sign out' })).not.toBeInTheDocument();
});

test.each([
  ['503', storeDown],
  ['500', problem(500, 'internal')],
  ['403', problem(403, 'forbidden')],
  ['429', problem(429, 'rate_limited')],
  ['a network failure', networkFailure],
  ['a page of HTML', html],
  ['a session without ids', json({ ...adasSession(), userId: ' ' })],
  ['a session without metadata', json({ userId: 'a', tenantId: 'b' } as never)],
])('%s is no sign-out: a protected page waits and never goes to sign-in', async (_name, response) => {
  answer('/api/session', response);
  const { leaveTo } = await openPage('/profile');
  expect(await screen.findByText('Temporarily unavailable, retrying')).toBeVisible();
  expect(screen.queryByRole('link', { name: 'Sign in' })).not.toBeInTheDocument();
  expect(leaveTo).not.toHaveBeenCalled();
});

describe('while the server is unavailable', () => {
  beforeEach(stopTheClock);

  test('it is asked again when Retry-After is over, and not a second earlier', async () => {
    const requests = answer('/api/session', storeDown, json(adasSession()));
    await openPage('/');
    await pass(0.1);
    expect(screen.getByRole('timer')).toHaveTextContent('7 s');
    await pass(6);
    expect(requests).toHaveLength(1);
    await pass(1);
    expect(requests).toHaveLength(2);
    expect(screen.getByRole('heading', { name: 'Welcome, Ada Lovelace' })).toBeVisible();
  });

  test('without Retry-After the waits grow from 5 s to at most 30 s', async () => {
    const requests = answer('/api/session', networkFailure);
    await openPage('/');
    const counts = [];
    for (const wait of [5, 5, 5, 10, 20, 30, 30]) {
      await pass(wait + 0.1);
      counts.push(requests.length);
    }
    expect(counts).toEqual([2, 3, 4, 5, 6, 7, 8]);
  });

  test('"Try now" does not wait, and leaves no second retry behind', async () => {
    const requests = answer('/api/session', storeDown, signedOut);
    await openPage('/');
    await pass(0.1);
    fireEvent.click(screen.getByRole('button', { name: 'Try now' }));
    await pass(0.1);
    expect(unavailable()).not.toBeInTheDocument();
    await pass(60);
    expect(requests).toHaveLength(2);
  });

  test('impatient clicks ask one question at a time', async () => {
    const requests = answer('/api/session', storeDown, never);
    await openPage('/');
    await pass(0.1);
    for (let click = 0; click < 5; click += 1) fireEvent.click(screen.getByRole('button', { name: 'Try now' }));
    await pass(10);
    expect(requests).toHaveLength(2);
  });

  test('a network that comes back is used at once', async () => {
    answer('/api/session', networkFailure, json(adasSession()));
    await openPage('/');
    await pass(0.1);
    expect(unavailable()).toBeVisible();
    fireEvent.online(window);
    await pass(0.1);
    expect(unavailable()).not.toBeInTheDocument();
  });
});

test('a page of the back/forward cache is not seen before it is known whose it is', async () => {
  let say: (response: Response) => void = () => {};
  const slow = () => new Promise<Response>((resolve) => (say = resolve));
  const requests = answer('/api/session', json(adasSession()), slow, signedOut);
  await openPage('/');
  const greeting = await screen.findByRole('heading', { name: /Welcome/ });
  fireEvent(window, new PageTransitionEvent('pagehide', { persisted: true }));
  fireEvent(window, new PageTransitionEvent('pageshow', { persisted: true }));
  expect(greeting).not.toBeVisible();
  await expect.poll(() => requests.length).toBe(2);
  expect(greeting).not.toBeVisible();
  say(signedOut());
  await expect.poll(() => document.body.hidden).toBe(false);
  expect(screen.getByText('Your session has ended.')).toBeVisible();
  expect(greeting).not.toBeInTheDocument();
});

test('a page of the back/forward cache shows nobody while the server cannot tell', async () => {
  answer('/api/session', json(adasSession()), storeDown);
  await openPage('/');
  const greeting = await screen.findByRole('heading', { name: /Welcome/ });
  fireEvent(window, new PageTransitionEvent('pagehide', { persisted: true }));
  fireEvent(window, new PageTransitionEvent('pageshow', { persisted: true }));
  await expect.poll(() => document.body.hidden).toBe(false);
  expect(unavailable()).toBeVisible();
  expect(greeting).not.toBeInTheDocument();
});

test('a page from the back/forward cache asks who is signed in, without activity', async () => {
  const requests = answer('/api/session', json(adasSession()), signedOut);
  await openPage('/');
  await screen.findByRole('heading', { name: /Welcome/ });
  fireEvent(window, new PageTransitionEvent('pageshow', { persisted: true }));
  expect(await screen.findByText('Your session has ended.')).toBeVisible();
  expect(requests.at(-1)?.search).toBe('?slide=false');
});

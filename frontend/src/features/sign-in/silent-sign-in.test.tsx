import { screen } from '@testing-library/react';
import { afterEach, expect, test, vi } from 'vitest';
import { adasProfile, adasSession, answer, config, json, replaced, signedOut } from '../../testing/backend.ts';
import { openPage } from '../../testing/open-page.tsx';

const silent = () => answer('/api/config', json(config({ silentSignIn: true })));
const form = () => screen.findByRole('heading', { name: 'Sign in' });

afterEach(() => vi.unstubAllGlobals());

test('the start page tries once in each tab, and shows its form afterwards', async () => {
  silent();
  answer('/api/session', signedOut);
  const { leaveTo } = await openPage('/');
  expect(await screen.findByText('Checking whether you are signed in…')).toBeInTheDocument();
  const url = '/api/auth/login?return_url=%2F&prompt=none';
  expect(leaveTo).toHaveBeenCalledExactlyOnceWith(url, { replace: true });

  const returned = await openPage('/');
  expect(await returned.tab.findByRole('heading', { name: 'Sign in' })).toBeVisible();
  expect(returned.leaveTo).not.toHaveBeenCalled();
});

test('nothing is tried unless the installation wants it', async () => {
  answer('/api/session', signedOut);
  const { leaveTo } = await openPage('/');
  expect(await form()).toBeVisible();
  expect(leaveTo).not.toHaveBeenCalled();
});

test('nothing is tried on another page or after the end of a session', async () => {
  silent();
  answer('/api/session', signedOut);
  expect((await openPage('/signed-out?session=ended')).leaveTo).not.toHaveBeenCalled();
  expect((await openPage('/login-error?reason=access_denied')).leaveTo).not.toHaveBeenCalled();
  answer('/api/session', replaced);
  const { leaveTo, tab } = await openPage('/');
  await tab.findByText('Your session has ended.');
  expect(leaveTo).not.toHaveBeenCalled();
});

test('a tab that was signed in tries nothing after the sign-out', async () => {
  silent();
  answer('/api/profile', json(adasProfile()));
  answer('/api/session', json(adasSession()), signedOut);
  await openPage('/profile');
  await screen.findByRole('heading', { name: 'Ada Lovelace' });
  const { leaveTo } = await openPage('/');
  expect(await form()).toBeVisible();
  expect(leaveTo).not.toHaveBeenCalled();
});

test('nothing is tried where the browser forbids storage, as it could be tried forever', async () => {
  silent();
  answer('/api/session', signedOut);
  vi.stubGlobal('sessionStorage', { getItem: () => null, setItem: () => {}, removeItem: () => {}, clear: () => {} });
  const { leaveTo } = await openPage('/');
  expect(await form()).toBeVisible();
  expect(leaveTo).not.toHaveBeenCalled();
});

import { screen } from '@testing-library/react';
import { beforeEach, expect, test } from 'vitest';
import { adasProfile, adasSession, answer, json, never, signedOut, storeDown } from '../../testing/backend.ts';
import { openPage, pass, stopTheClock } from '../../testing/open-page.tsx';

beforeEach(stopTheClock);

test('a stranger is taken to sign-in and comes back to the page with its query', async () => {
  answer('/api/session', signedOut);
  const { leaveTo } = await openPage('/profile?tab=roles&x=a%20b#facts');
  await pass(0.1);
  expect(leaveTo).toHaveBeenCalledWith(
    '/api/auth/login?return_url=%2Fprofile%3Ftab%3Droles%26x%3Da%252520b%23facts',
    // Replaced, so that "back" does not lead into the sign-in again.
    { replace: true },
  );
});

test('nobody is sent anywhere before the server has answered', async () => {
  answer('/api/session', never);
  const { leaveTo } = await openPage('/profile');
  await pass(5);
  expect(leaveTo).not.toHaveBeenCalled();
  expect(screen.queryByRole('heading', { name: 'Ada Lovelace' })).not.toBeInTheDocument();
});

test('a protected page opens by itself when the server is back', async () => {
  answer('/api/session', storeDown, json(adasSession()));
  answer('/api/profile', json(adasProfile()));
  const { leaveTo } = await openPage('/profile');
  await pass(0.1);
  expect(screen.getByRole('heading', { name: 'Back in a moment' })).toBeVisible();
  await pass(7.1);
  expect(screen.getByRole('heading', { name: 'Ada Lovelace' })).toBeVisible();
  expect(leaveTo).not.toHaveBeenCalled();
});

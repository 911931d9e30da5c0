import { screen } from '@testing-library/react';
import { expect, test } from 'vitest';
import { adasSession, answer, json, replaced, signedOut } from '../../testing/backend.ts';
import { openPage } from '../../testing/open-page.tsx';

const reason = 'You signed in on too many devices, so this one, the least recently used, was ended.';

test('a session that was ended for a newer one says so in place of the usual reason', async () => {
  answer('/api/session', json(adasSession()), signedOut);
  answer('/api/profile', replaced);
  await openPage('/profile');
  await screen.findByRole('heading', { name: 'Your session has ended' });
  expect(screen.getByText(reason)).toBeVisible();
});

test('who opens a page with such a session reads why before being sent to sign-in', async () => {
  answer('/api/session', replaced);
  const { leaveTo } = await openPage('/profile?tab=1');
  expect(await screen.findByText(reason)).toBeVisible();
  expect(screen.getByRole('link', { name: 'Sign in' })).toHaveAttribute(
    'href',
    '/api/auth/login?return_url=%2Fprofile%3Ftab%3D1&prompt=login',
  );
  expect(leaveTo).not.toHaveBeenCalled();
});

test('on the home page it stands beside the sign-in form', async () => {
  answer('/api/session', replaced);
  await openPage('/');
  expect(await screen.findByRole('status')).toHaveTextContent(reason);
  expect(screen.getByRole('heading', { name: 'Sign in' })).toBeVisible();
});

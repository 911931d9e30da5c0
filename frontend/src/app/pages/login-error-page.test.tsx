import { screen } from '@testing-library/react';
import { beforeEach, expect, test } from 'vitest';
import guide from '../../../../docs/troubleshooting.md?raw';
import type { LoginErrorReason } from '../../lib/api/types.ts';
import { answer, signedOut } from '../../testing/backend.ts';
import { openPage } from '../../testing/open-page.tsx';

const headings: Record<LoginErrorReason, string> = {
  identity_provider_unavailable: 'The identity provider does not answer',
  session_store_unavailable: 'Sign-in is temporarily unavailable',
  access_denied: 'Sign-in was refused',
  invalid_request: 'This sign-in link does not work',
  invalid_tenant: 'Unknown tenant',
  login_failed: 'Sign-in failed',
  too_many_attempts: 'Sign-in kept looping',
  no_cookies: 'Your browser keeps no cookies',
  session_too_large: 'Your session does not fit into cookies',
  internal: 'The server made a mistake',
};

beforeEach(() => {
  answer('/api/session', signedOut);
});

test.each(Object.entries(headings))('%s is explained, with a way on', async (reason, heading) => {
  await openPage(`/login-error?reason=${reason}`);
  expect(screen.getByRole('heading', { name: heading })).toBeVisible();
  expect(screen.getByRole('link', { name: 'Try again' })).toHaveAttribute('href', '/api/auth/login');
  expect(screen.getByRole('link', { name: 'Back to home' })).toHaveAttribute('href', '/');
});

test.each(Object.keys(headings))('%s has its place in the guide for those who run the application', async (reason) => {
  await openPage(`/login-error?reason=${reason}`);
  expect(screen.getByText(`docs/troubleshooting.md#${reason}`)).toBeVisible();
  expect(guide).toContain(`\n### \`${reason}\`\n`);
});

test.each(['', '?reason=', '?reason=constructor', '?reason=%3Cscript%3E'])(
  'a reason that is not on the list (%s) is a sign-in that failed',
  async (query) => {
    await openPage(`/login-error${query}`);
    expect(screen.getByRole('heading', { name: headings.login_failed })).toBeVisible();
  },
);

test('"Try again" goes to the same tenant and back to the page that was wanted', async () => {
  await openPage('/login-error?reason=login_failed&tenant_name=acme&return_url=%2Fprofile%3Fa%3Db');
  expect(screen.getByRole('link', { name: 'Try again' })).toHaveAttribute(
    'href',
    '/api/auth/login?tenant_name=acme&return_url=%2Fprofile%3Fa%3Db',
  );
});

test('a session that is too large names the way out', async () => {
  await openPage('/login-error?reason=session_too_large');
  expect(screen.getByText(/fewer scopes, or raise COOKIE_BUDGET/)).toBeVisible();
});

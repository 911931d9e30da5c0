import { fireEvent, screen } from '@testing-library/react';
import { beforeEach, expect, test } from 'vitest';
import guide from '../../../../docs/troubleshooting.md?raw';
import type { LoginErrorReason } from '../../lib/api/types.ts';
import { answer, signedOut } from '../../testing/backend.ts';
import { openPage } from '../../testing/open-page.tsx';

const headings: Record<LoginErrorReason, string> = {
  identity_provider_unavailable: 'The identity provider is unavailable',
  session_store_unavailable: 'Sign-in is temporarily unavailable',
  access_denied: 'Sign-in was refused',
  invalid_request: 'This sign-in link does not work',
  invalid_tenant: 'Unknown tenant',
  insufficient_authentication: 'The sign-in was not strong or recent enough',
  login_failed: 'Sign-in failed',
  application_refused: 'The identity provider refused this application',
  too_many_attempts: 'Sign-in kept looping',
  no_cookies: 'Your browser keeps no cookies',
  session_too_large: 'Your session does not fit into cookies',
  internal: 'Internal server error',
};

beforeEach(() => {
  answer('/api/session', signedOut);
});

const asksForTheTenant = 'invalid_tenant';
const others = Object.entries(headings).filter(([reason]) => reason !== asksForTheTenant);

test.each(others)('%s is explained, with a way on', async (reason, heading) => {
  await openPage(`/login-error?reason=${reason}`);
  expect(await screen.findByRole('heading', { name: heading })).toBeVisible();
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

test('an unknown tenant is asked for again, with what was typed', async () => {
  const { leaveTo } = await openPage('/login-error?reason=invalid_tenant&tenant_name=acme+inc&return_url=%2Fprofile');
  expect(screen.getByRole('heading', { name: headings.invalid_tenant })).toBeVisible();
  const tenant = screen.getByLabelText('Tenant');
  expect(tenant).toHaveValue('acme inc');
  fireEvent.change(tenant, { target: { value: 'acme' } });
  fireEvent.click(screen.getByRole('button', { name: 'Try again' }));
  expect(leaveTo).toHaveBeenCalledWith('/api/auth/login?tenant_name=acme&return_url=%2Fprofile');
});

test('"Try again" goes to the same tenant and back to the page that was wanted', async () => {
  await openPage('/login-error?reason=login_failed&tenant_name=acme&return_url=%2Fprofile%3Fa%3Db');
  expect(screen.getByRole('link', { name: 'Try again' })).toHaveAttribute(
    'href',
    '/api/auth/login?tenant_name=acme&return_url=%2Fprofile%3Fa%3Db',
  );
});

test.each([
  ['acr_values=hw+mfa', 'acr_values=hw+mfa'],
  ['max_age=300', 'max_age=300'],
  ['max_age=0', 'prompt=login&max_age=0'],
  ['max_age=0&acr_values=mfa', 'prompt=login&max_age=0&acr_values=mfa'],
  ['max_age=&acr_values=', ''],
  ['max_age=1e3', ''],
  ['max_age=-1', ''],
])('"Try again" asks for the same authentication (%s)', async (asked, again) => {
  await openPage(`/login-error?reason=insufficient_authentication&tenant_name=acme&${asked}`);
  expect(screen.getByRole('link', { name: 'Try again' })).toHaveAttribute(
    'href',
    ['/api/auth/login?tenant_name=acme', again].filter(Boolean).join('&'),
  );
});

test('a session that is too large names the way out', async () => {
  await openPage('/login-error?reason=session_too_large');
  expect(screen.getByText(/fewer scopes, or raise COOKIE_BUDGET/)).toBeVisible();
});

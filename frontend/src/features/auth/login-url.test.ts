import { expect, test } from 'vitest';
import { loginUrl } from './login-url.ts';

const queryOf = (url: string) => Object.fromEntries(new URL(url, 'http://localhost').searchParams);

test('without options sign-in starts at the bare login route', () => {
  expect(loginUrl()).toBe('/api/auth/login');
});

test('tenant, login hint and return URL go along under the names of the contract', () => {
  const url = loginUrl({ tenantName: 'acme', loginHint: 'ada@acme.example', returnUrl: '/profile' });
  expect(url).toBe('/api/auth/login?tenant_name=acme&login_hint=ada%40acme.example&return_url=%2Fprofile');
});

test('a fresh sign-in is asked for with prompt', () => {
  expect(loginUrl({ prompt: 'login' })).toBe('/api/auth/login?prompt=login');
});

test('what is empty is left out', () => {
  expect(loginUrl({ tenantName: '', loginHint: undefined, returnUrl: '' })).toBe('/api/auth/login');
});

test('a value cannot break out of its parameter', () => {
  expect(queryOf(loginUrl({ tenantName: 'a&login_hint=x#y' }))).toEqual({ tenant_name: 'a&login_hint=x#y' });
});

test.each(['/profile?tab=a&b=c#top', '/search?q=100%25', '/%E2%82%AC?x=a%20b%26c'])(
  'after one decodeURI the return URL is %s again, to the letter',
  (page) => {
    const { return_url = '' } = queryOf(loginUrl({ returnUrl: page }));
    expect(decodeURI(return_url)).toBe(page);
  },
);

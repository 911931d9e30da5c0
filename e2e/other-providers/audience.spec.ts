import { expect, type Page, test } from '@playwright/test';
import { createRemoteJWKSet, decodeJwt, jwtVerify } from 'jose';
import { startService } from '../fixtures/service.ts';
import { application, get } from './application.ts';
import { canaille } from './canaille.ts';
import { glewlwyd } from './glewlwyd.ts';
import { signIn } from './sign-in.ts';

/** A service that keeps the access tokens which reach it. */
async function recorder() {
  const tokens: string[] = [];
  const service = await startService(({ headers }, response) => {
    tokens.push(headers.authorization?.replace(/^Bearer /, '') ?? '');
    response.setHeader('content-type', 'application/json').end('{}');
  });
  return { ...service, tokens };
}

/** Calls the service through the page's own backend, and gives the token that arrived. */
async function tokenOfACall(page: Page, app: string, tokens: string[]): Promise<string> {
  expect(await get(page, `${app}/api/orders`)).toEqual({ status: 200, body: {} });
  return tokens.at(-1) ?? '';
}

test('Glewlwyd: a service with a resource gets tokens for it alone, each time anew', async ({ page }) => {
  await using service = await recorder();
  const resource = service.url;
  await using provider = await glewlwyd('ES256', { resource });
  await using app = await application(provider, { API_ORDERS_URL: service.url, API_ORDERS_RESOURCE: resource });
  await signIn(page, app.url, provider);
  const first = await tokenOfACall(page, app.url, service.tokens);
  const issuer = app.issuer ?? '';
  const metadata = await (await fetch(`${issuer}/.well-known/openid-configuration`)).json();
  const keys = createRemoteJWKSet(new URL(metadata.jwks_uri));
  const { payload } = await jwtVerify(first, keys, { issuer, audience: resource, typ: 'at+jwt' });
  expect(payload.aud).toBe(resource);
  // It lives for 20 seconds.
  await expect.poll(() => tokenOfACall(page, app.url, service.tokens), { timeout: 60_000 }).not.toBe(first);
  const { payload: next } = await jwtVerify(service.tokens.at(-1) ?? '', keys, { issuer, audience: resource });
  expect(next.aud).toBe(resource);
  expect((await get(page, `${app.url}/api/profile`)).status).toBe(200);
  expect((await get(page, `${app.url}/readyz`)).body).toMatchObject({ apisWithoutAudience: [] });
});

test('Canaille: it ignores the resource, and the service gets its usual token', async ({ page }) => {
  await using service = await recorder();
  await using provider = await canaille();
  const resource = 'https://orders.example';
  await using app = await application(provider, { API_ORDERS_URL: service.url, API_ORDERS_RESOURCE: resource });
  await signIn(page, app.url, provider);
  const token = await tokenOfACall(page, app.url, service.tokens);
  expect(decodeJwt(token)).toMatchObject({ iss: app.issuer, aud: [expect.not.stringContaining(resource)] });
  expect((await get(page, `${app.url}/readyz`)).body).toMatchObject({ apisWithoutAudience: ['orders'] });
  expect((await get(page, `${app.url}/api/session`)).status).toBe(200);
});

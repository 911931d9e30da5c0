import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { decodeJwt } from 'jose';
import { freePort } from '../../fixtures/process.ts';
import { startOrders } from '../../local-provider/orders.ts';
import { startProvider } from '../../local-provider/server.ts';
import { RelyingParty } from '../relying-party.ts';
import { ada, providerForTests } from './provider-for-tests.ts';

const provider = providerForTests();
let orders: { close: () => void };
let url: string;

const call = (token: string, path = '/orders', init: RequestInit = {}) =>
  fetch(url + path, { ...init, headers: { authorization: `Bearer ${token}` } });

/** An access token of a new sign-in. */
async function tokenFor(resource: string | undefined, at = provider.url): Promise<string> {
  const app = new RelyingParty(at);
  const { refresh_token } = await app.signIn(ada);
  const response = await app.refresh(refresh_token, resource);
  return ((await response.json()) as { access_token: string }).access_token;
}

describe('the API of orders', () => {
  before(async () => {
    const port = await freePort();
    url = `http://localhost:${port}`;
    orders = await startOrders({ port, issuer: provider.url });
  });
  after(() => orders.close());

  test('accepts a token for itself, and keeps a list for each user', async () => {
    const token = await tokenFor(url);
    assert.equal(decodeJwt(token).aud, url);
    const ordered = await call(token, '/orders', { method: 'POST', body: '{"item":"Tea"}' });
    assert.equal(ordered.status, 201);
    const { orders, received } = (await (await call(token)).json()) as { orders: object[]; received: object };
    assert.deepEqual(orders, [{ id: '1', item: 'Tea' }]);
    assert.ok(!JSON.stringify(received).includes(token.slice(0, 20)), 'it never repeats the token');
  });

  test('counts the bytes of an upload', async () => {
    const answer = await call(await tokenFor(url), '/orders/attachments/a.txt', { method: 'PUT', body: 'x'.repeat(9) });
    const { bytes } = (await answer.json()) as { bytes: number };
    assert.deepEqual([answer.status, bytes], [200, 9]);
  });

  test('refuses tokens that are usual, of others, expired or changed', async () => {
    const token = await tokenFor(url);
    const [head, claims] = token.split('.');
    await provider.control('config', { accessTokenTtl: 1 });
    const expired = await tokenFor(url);
    await setTimeout(2000);
    const dataDir = join(provider.dataDir, 'other');
    const other = await startProvider({ dataDir });
    const foreign = await tokenFor(url, other.url);
    await other.close();
    const usual = await tokenFor(undefined);
    const refused = [usual, await tokenFor('https://other.example'), expired, foreign, `${head}.${claims}.x`, 'x', ''];
    for (const token of refused) {
      const answer = await call(token);
      assert.equal(answer.status, 401, token);
      assert.match(answer.headers.get('www-authenticate') ?? '', /^Bearer/);
    }
  });

  test('its tokens are not accepted at userinfo', async () => {
    assert.equal((await provider.app.userinfo(await tokenFor(url))).status, 401);
    assert.equal((await provider.app.userinfo(await tokenFor(undefined))).status, 200);
  });

  test('each order has an id of its own, and the last twenty are listed', async () => {
    const token = await tokenFor(url);
    for (let count = 0; count < 25; count += 1) {
      await call(token, '/orders', { method: 'POST', body: '{"item":"Tea"}' });
    }
    const { orders } = (await (await call(token)).json()) as { orders: { id: string }[] };
    assert.equal(new Set(orders.map(({ id }) => id)).size, 20);
  });
});

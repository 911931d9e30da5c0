import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { describe, test } from 'node:test';
import { createRemoteJWKSet, decodeJwt, jwtVerify } from 'jose';
import { startProvider } from '../../local-provider/server.ts';
import { RelyingParty } from '../relying-party.ts';
import { ada, providerForTests } from './provider-for-tests.ts';

const provider = providerForTests();

describe('logout', () => {
  const logout = (query: string) => {
    const url = `http://acme.localhost:${new URL(provider.url).port}/api/v1/logout?client_id=local-client${query}`;
    return provider.app.browser.open(url, { stopBefore: () => true });
  };

  test('ends the provider session, so that the next login asks for credentials', async () => {
    await provider.app.signIn(ada);
    assert.equal((await logout('&redirect_url=http://localhost:6001/')).headers.location, 'http://localhost:6001/');
    assert.match((await provider.app.authorize('acme')).page.body, /Sign in to Acme/);
  });

  test('ends it at the provider, not only in the browser', async () => {
    await provider.app.signIn(ada);
    const thief = new RelyingParty(provider.url, undefined, provider.app.browser.clone());
    await logout('');
    assert.match((await thief.authorize('acme')).page.body, /Sign in to Acme/);
  });

  test('goes to the application’s login, with tenant and state, without a redirect_url', async () => {
    const { location } = (await logout('&state=some-state')).headers;
    assert.equal(location, 'http://localhost:6001/api/auth/login?tenant_name=acme&tenant_domain=acme&state=some-state');
  });

  test('redirects to no foreign address', async () => {
    for (const url of ['http://evil.example/', '//evil.example', 'http://localhost:6001@evil.example/', 'nonsense']) {
      assert.equal((await logout(`&redirect_url=${encodeURIComponent(url)}`)).status, 400, url);
    }
  });
});

test('logout tells the application through the back channel', async () => {
  await withReceivingApplication(async ({ client, received, providerUrl }) => {
    await client.signIn(ada);
    const url = `http://acme.localhost:${new URL(providerUrl).port}/api/v1/logout?client_id=local-client`;
    await client.browser.open(url, { stopBefore: () => true });
    assert.equal(received.length, 1);
  });
});

test('back-channel logout sends a signed logout token and ends the provider session', async () => {
  await withReceivingApplication(async ({ client, received, providerUrl }) => {
    const { id_token } = await client.signIn(ada);
    const answer = await client.postJson('/__test/backchannel-logout', { email: ada });
    assert.deepEqual(await answer.json(), { sessions: 1, failures: [] });

    const [path, logoutToken = ''] = received[0]?.split(' ') ?? [];
    assert.equal(path, '/api/auth/backchannel-logout');
    const jwks = createRemoteJWKSet(new URL(`${providerUrl}/api/v1/oauth2/jwks`));
    const expected = { issuer: providerUrl, audience: 'local-client', typ: 'logout+jwt' };
    const { payload } = await jwtVerify(logoutToken, jwks, expected);
    const { sub, sid } = decodeJwt(id_token);
    assert.deepEqual([payload.sub, payload.sid], [sub, sid]);
    assert.ok(payload.jti && payload.exp);
    assert.deepEqual(payload.events, { 'http://schemas.openid.net/event/backchannel-logout': {} });
    assert.match((await client.authorize('acme')).page.body, /Sign in to Acme/);
  });
});

interface ReceivingApplication {
  client: RelyingParty;
  /** Path and logout token of each request. */
  received: string[];
  providerUrl: string;
}

/** An application that listens, with a provider that knows its URL. */
async function withReceivingApplication(use: (given: ReceivingApplication) => Promise<void>): Promise<void> {
  const received: string[] = [];
  const application = createServer(async (request, response) => {
    received.push(`${request.url} ${new URLSearchParams(await text(request)).get('logout_token')}`);
    response.end();
  }).listen(0, '127.0.0.1');
  await once(application, 'listening');
  const appUrl = `http://localhost:${(application.address() as AddressInfo).port}`;
  const ownProvider = await startProvider({ dataDir: provider.dataDir, appUrls: [appUrl], testControls: true });
  try {
    await use({ client: new RelyingParty(ownProvider.url, appUrl), received, providerUrl: ownProvider.url });
  } finally {
    await ownProvider.close();
    application.close();
  }
}

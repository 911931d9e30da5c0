import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { decodeJwt } from 'jose';
import { startProvider } from '../../local-provider/server.ts';
import { RelyingParty } from '../relying-party.ts';
import { ada, assertInvalidGrant, providerForTests, TOKEN_ENDPOINT } from './provider-for-tests.ts';

const provider = providerForTests();

describe('test controls', () => {
  test('do not exist unless they are switched on', async () => {
    const ordinary = await startProvider({ dataDir: provider.dataDir });
    try {
      const visitor = new RelyingParty(ordinary.url);
      assert.equal((await visitor.get('/__test/requests')).status, 404);
      for (const name of ['config', 'fail', 'role', 'revoke', 'backchannel-logout', 'reset']) {
        assert.equal((await visitor.postJson(`/__test/${name}`, {})).status, 404, name);
      }
    } finally {
      await ordinary.close();
    }
  });

  test('do not exist for other machines', async () => {
    assert.equal((await provider.app.get('/__test/requests', { 'x-forwarded-for': '203.0.113.7' })).status, 404);
  });

  test('answer as many requests for a path with a fault as asked for', async () => {
    const { refresh_token } = await provider.app.signIn(ada);
    await provider.control('fail', { path: TOKEN_ENDPOINT, status: 503, count: 2 });
    assert.equal((await provider.app.refresh(refresh_token)).status, 503);
    assert.equal((await provider.app.refresh(refresh_token)).status, 503);
    assert.equal((await provider.app.refresh(refresh_token)).status, 200);
  });

  test('answer with rubbish, late, or not at all', async () => {
    const path = '/api/v1/oauth2/jwks';
    await provider.control('fail', { path, status: 200, body: '<rubbish>' });
    assert.equal(await (await provider.app.get(path)).text(), '<rubbish>');
    await provider.control('fail', { path, status: 0 });
    await assert.rejects(provider.app.get(path));
    await provider.control('fail', { path, delayMs: 300 });
    const from = performance.now();
    assert.equal((await provider.app.get(path)).status, 200);
    assert.ok(performance.now() - from >= 299);
  });

  test('count requests for each path, and tell codes from refreshes', async () => {
    const { refresh_token } = await provider.app.signIn(ada);
    await provider.app.refresh(refresh_token);
    const requests = (await (await provider.app.get('/__test/requests')).json()) as { [path: string]: number };
    assert.equal(requests[TOKEN_ENDPOINT], 2);
    assert.equal(requests[`${TOKEN_ENDPOINT}#authorization_code`], 1);
    assert.equal(requests[`${TOKEN_ENDPOINT}#refresh_token`], 1);
  });

  test('lead a link of the session page back to it, with what was set and no more', async () => {
    const follow = (query: string) => fetch(`${provider.url}/__test/config?${query}`, { redirect: 'manual' });
    const answer = await follow('accessTokenPadding=4000&other=https://elsewhere.example');
    assert.equal(answer.status, 302);
    assert.equal(answer.headers.get('location'), 'http://localhost:6001/session?accessTokenPadding=4000');
    const { access_token, refresh_token } = await provider.app.signIn(ada);
    assert.ok(access_token.length > 4_000);
    await follow('accessTokenPadding=0');
    const renewed = (await (await provider.app.refresh(refresh_token)).json()) as { access_token: string };
    assert.ok(renewed.access_token.length < 2_000);
  });

  test('make a sign-in look older than it is', async () => {
    await provider.control('config', { signInAge: 3600 });
    const { auth_time } = decodeJwt((await provider.app.signIn(ada)).id_token);
    assert.ok(Math.abs(Number(auth_time) + 3600 - Date.now() / 1000) < 5);
  });

  test('leave the time of the sign-in out of ID tokens, even when it was asked for', async () => {
    await provider.control('config', { authTime: false });
    const asked = { prompt: 'login', max_age: '0' };
    assert.equal('auth_time' in decodeJwt((await provider.app.signIn(ada, asked)).id_token), false);
    await provider.control('reset', {});
    const app = new RelyingParty(provider.url);
    assert.equal('auth_time' in decodeJwt((await app.signIn(ada)).id_token), true);
  });

  test('revoke all tokens of one user', async () => {
    const mine = await provider.app.signIn(ada);
    const other = await new RelyingParty(provider.url).signIn('alan@acme.example');
    await provider.control('revoke', { email: ada });
    await assertInvalidGrant(await provider.app.refresh(mine.refresh_token));
    assert.equal((await provider.app.userinfo(mine.access_token)).status, 401);
    assert.equal((await provider.app.userinfo(other.access_token)).status, 200);
  });

  test('forget everything on reset', async () => {
    const { refresh_token } = await provider.app.signIn(ada);
    await provider.control('config', { accessTokenTtl: 5 });
    await provider.control('fail', { path: TOKEN_ENDPOINT, status: 500, count: 9 });
    await provider.control('reset', {});
    assert.deepEqual(await (await provider.app.get('/__test/requests')).json(), {});
    await assertInvalidGrant(await provider.app.refresh(refresh_token));
    assert.equal((await provider.app.signIn(ada)).expires_in, 1800);
  });
});

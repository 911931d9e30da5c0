import assert from 'node:assert/strict';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { createRemoteJWKSet, decodeJwt, jwtVerify } from 'jose';
import { startProvider } from '../../local-provider/server.ts';
import { ada, assertInvalidGrant, providerForTests } from './provider-for-tests.ts';

const provider = providerForTests();

describe('tokens', () => {
  test('an access token is an RS256 at+JWT without an audience, with Wristband’s claims', async () => {
    const { access_token, expires_in } = await provider.app.signIn(ada);
    const { payload, protectedHeader } = await jwtVerify(access_token, provider.keys(), { issuer: provider.url });
    assert.deepEqual([protectedHeader.alg, protectedHeader.typ, expires_in], ['RS256', 'at+JWT', 1800]);
    const claims = 'amr app_id client_id exp iat idp_name iss jti scope sub sub_kind tnt_id van_dom';
    assert.equal(Object.keys(payload).sort().join(' '), claims);
  });

  test('an ID token has nonce, sign-in time, session id and the subject of userinfo', async () => {
    const { id_token, access_token } = await provider.app.signIn(ada);
    const expected = { issuer: provider.url, audience: 'local-client' };
    const { payload } = await jwtVerify(id_token, provider.keys(), expected);
    assert.equal(payload.nonce, 'some-nonce');
    assert.ok(payload.sid);
    assert.ok(Math.abs(Number(payload.auth_time) - Date.now() / 1000) < 5);
    const userinfo = (await (await provider.app.userinfo(access_token)).json()) as { [claim: string]: unknown };
    assert.equal(userinfo.sub, payload.sub);
    assert.deepEqual([userinfo.email, userinfo.name, userinfo.idp_name], [ada, 'Ada Lovelace', 'wristband']);
  });

  test('scopes decide what userinfo tells, and whether there is a refresh token', async () => {
    const { access_token, refresh_token } = await provider.app.signIn(ada, { scope: 'openid' });
    const userinfo = (await (await provider.app.userinfo(access_token)).json()) as object;
    assert.deepEqual(Object.keys(userinfo).sort(), ['app_id', 'idp_name', 'sub', 'tnt_id']);
    assert.equal(refresh_token, undefined);
  });

  test('userinfo refuses the bare handle inside an access token', async () => {
    const { access_token } = await provider.app.signIn(ada);
    assert.equal((await provider.app.userinfo(String(decodeJwt(access_token).jti))).status, 401);
  });

  test('an access token is refused as soon as it has expired', async () => {
    await provider.control('config', { accessTokenTtl: 1 });
    const { access_token, expires_in } = await provider.app.signIn(ada);
    assert.equal(expires_in, 1);
    await setTimeout(2000);
    assert.equal((await provider.app.userinfo(access_token)).status, 401);
  });

  test('with a leeway an access token outlives what clients are told', async () => {
    await provider.control('config', { accessTokenTtl: 1, accessTokenLeeway: 60 });
    const { access_token, expires_in } = await provider.app.signIn(ada);
    assert.equal(expires_in, 1);
    await setTimeout(2000);
    assert.equal((await provider.app.userinfo(access_token)).status, 200);
  });

  test('a refresh token is refused as soon as it has expired', async () => {
    await provider.control('config', { refreshTokenTtl: 1 });
    const { refresh_token } = await provider.app.signIn(ada);
    await setTimeout(2000);
    await assertInvalidGrant(await provider.app.refresh(refresh_token));
  });

  test('padding makes access tokens longer by the bytes asked for', async () => {
    const plain = await provider.app.signIn(ada);
    await provider.control('config', { accessTokenPadding: 6000 });
    const padded = (await (await provider.app.refresh(plain.refresh_token)).json()) as typeof plain;
    const added = padded.access_token.length - plain.access_token.length;
    assert.ok(added >= 6000 && added < 6050, `${added} bytes were added`);
    assert.equal((await provider.app.userinfo(padded.access_token)).status, 200);
  });

  test('a restart keeps the signing key, in a file that only its owner can read', async () => {
    const { access_token } = await provider.app.signIn(ada);
    const restarted = await startProvider({ dataDir: provider.dataDir });
    try {
      const jwks = createRemoteJWKSet(new URL(`${restarted.url}/api/v1/oauth2/jwks`));
      await jwtVerify(access_token, jwks);
      assert.equal((await stat(join(provider.dataDir, 'signing-key.json'))).mode & 0o777, 0o600);
    } finally {
      await restarted.close();
    }
  });
});

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { decodeJwt } from 'jose';
import { CODE, SECOND_FACTOR } from '../../local-provider/second-factor.ts';
import { ada, providerForTests } from './provider-for-tests.ts';

const provider = providerForTests();
const asked = { acr_values: `other ${SECOND_FACTOR}` };

describe('the second factor', () => {
  test('is asked for with the password, and is the acr of the ID token', async () => {
    const { page, verifier } = await provider.app.authorize('acme', asked);
    assert.match(page.body, /name="password"[\s\S]*name="code"/);
    const wrong = await provider.app.submit(page, { email: ada, code: '000000' });
    assert.match(wrong.body, /role="alert"[^>]*>The code is wrong/);
    const right = await provider.app.submit(wrong, { email: ada, code: CODE });
    const { acr, amr } = decodeJwt((await provider.app.redeem(right, verifier)).id_token);
    assert.deepEqual([acr, amr], [SECOND_FACTOR, ['pwd', 'otp', 'mfa']]);
  });

  test('is all that somebody is asked for who is signed in without it', async () => {
    await provider.app.signIn(ada);
    const { page, verifier } = await provider.app.authorize('acme', asked);
    assert.match(page.body, /You are signed in as Ada Lovelace/);
    assert.doesNotMatch(page.body, /name="password"/);
    const { acr, sub } = decodeJwt(
      (await provider.app.redeem(await provider.app.submit(page, { code: CODE }), verifier)).id_token,
    );
    assert.ok(sub);
    assert.equal(acr, SECOND_FACTOR);
    // Asked for again, it goes straight through.
    assert.ok(provider.app.callbackOf((await provider.app.authorize('acme', asked)).page).code);
  });

  test('can be left out, as acr_values is a wish', async () => {
    const { page, verifier } = await provider.app.authorize('acme', asked);
    const left = await provider.app.submit(page, { email: ada, action: 'without-code' });
    const { acr, amr } = decodeJwt((await provider.app.redeem(left, verifier)).id_token);
    assert.deepEqual([acr, amr], [undefined, ['pwd']]);
  });

  test('is not asked for by itself', async () => {
    const { id_token } = await provider.app.signIn(ada);
    assert.equal(decodeJwt(id_token).acr, undefined);
  });
});

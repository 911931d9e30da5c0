import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { decodeJwt } from 'jose';
import { RelyingParty } from '../relying-party.ts';
import { ada, assertInvalidGrant, providerForTests } from './provider-for-tests.ts';

const provider = providerForTests();

describe('refresh tokens', () => {
  test('rotate with each use', async () => {
    const first = await provider.app.signIn(ada);
    const second = (await (await provider.app.refresh(first.refresh_token)).json()) as typeof first;
    assert.notEqual(second.refresh_token, first.refresh_token);
    assert.equal(decodeJwt(second.id_token).nonce, 'some-nonce');
    assert.equal((await provider.app.refresh(second.refresh_token)).status, 200);
  });

  test('used a second time, take their whole family with them', async () => {
    const first = await provider.app.signIn(ada);
    const second = (await (await provider.app.refresh(first.refresh_token)).json()) as typeof first;
    await assertInvalidGrant(await provider.app.refresh(first.refresh_token));
    await assertInvalidGrant(await provider.app.refresh(second.refresh_token));
    assert.equal((await provider.app.userinfo(second.access_token)).status, 401);
  });

  test('let one of several requests at once win, and punish all of them', async () => {
    const { refresh_token } = await provider.app.signIn(ada);
    const responses = await Promise.all(Array.from({ length: 5 }, () => provider.app.refresh(refresh_token)));
    const winners = responses.filter((response) => response.ok);
    assert.ok(winners.length <= 1);
    for (const winner of winners) {
      const tokens = (await winner.json()) as { refresh_token: string };
      await assertInvalidGrant(await provider.app.refresh(tokens.refresh_token));
    }
  });

  test('work again during the grace time after their first use, when there is one', async () => {
    await provider.control('config', { rotationGrace: 2 });
    const { refresh_token } = await provider.app.signIn(ada);
    assert.equal((await provider.app.refresh(refresh_token)).status, 200);
    await setTimeout(1200);
    assert.equal((await provider.app.refresh(refresh_token)).status, 200);
    await setTimeout(1200);
    await assertInvalidGrant(await provider.app.refresh(refresh_token));
  });

  test('end one sign-in when revoked, not the other sign-ins of the user', async () => {
    const here = await provider.app.signIn(ada);
    const elsewhere = await new RelyingParty(provider.url).signIn(ada);
    assert.equal((await provider.app.revoke(here.refresh_token)).status, 200);
    await assertInvalidGrant(await provider.app.refresh(here.refresh_token));
    assert.equal((await provider.app.userinfo(here.access_token)).status, 401);
    assert.equal((await provider.app.refresh(elsewhere.refresh_token)).status, 200);
  });
});

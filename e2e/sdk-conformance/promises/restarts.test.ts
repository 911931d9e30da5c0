import assert from 'node:assert/strict';
import { mkdtempDisposable } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { freePort } from '../../fixtures/process.ts';
import { Provider } from '../../fixtures/provider.ts';
import { RelyingParty, type Tokens } from '../relying-party.ts';
import { ada, assertInvalidGrant } from './provider-for-tests.ts';

const appUrl = 'http://localhost:6001';

async function runningProvider() {
  await using starting = new AsyncDisposableStack();
  const folder = starting.use(await mkdtempDisposable(join(tmpdir(), 'provider-test-')));
  const provider = new Provider({ port: await freePort(), appUrl, dataDir: folder.path });
  starting.defer(() => provider.stop());
  await provider.start();
  const started = starting.move();
  return Object.assign(provider, { [Symbol.asyncDispose]: () => started.disposeAsync() });
}

for (const signal of ['SIGINT', 'SIGKILL'] as const) {
  test(`everybody is still signed in when the provider starts again after ${signal}`, async () => {
    await using provider = await runningProvider();
    const app = new RelyingParty(provider.url);
    const used = await app.signIn(ada);
    const tokens: Tokens = await (await app.refresh(used.refresh_token)).json();
    const revoked = await app.signIn(ada, { prompt: 'login' });
    await app.revoke(revoked.refresh_token);

    await provider.stop(signal);
    await provider.start();

    assert.equal((await app.userinfo(tokens.access_token)).status, 200);
    const { page } = await app.authorize('acme');
    assert.ok(app.callbackOf(page).code, 'the browser has to sign in again');
    const renewed = await app.refresh(tokens.refresh_token);
    assert.equal(renewed.status, 200);
    await assertInvalidGrant(await app.refresh(revoked.refresh_token));
    await assertInvalidGrant(await app.refresh(used.refresh_token));
    const { refresh_token }: Tokens = await renewed.json();
    await assertInvalidGrant(await app.refresh(refresh_token));
  });
}

test('no answered renewal is lost when the provider is killed while it renews', async () => {
  await using provider = await runningProvider();
  const app = new RelyingParty(provider.url);
  const newest = async (response: Response) => ((await response.json()) as Tokens).refresh_token;
  let answered = (await app.signIn(ada)).refresh_token;
  const other = await new RelyingParty(provider.url).signIn(ada);
  const renewals = (async () => {
    for (let token = other.refresh_token; ; ) token = await newest(await app.refresh(token));
  })();
  const cutOff = assert.rejects(renewals);
  for (let times = 0; times < 25; times++) answered = await newest(await app.refresh(answered));
  await provider.stop('SIGKILL');
  await cutOff;
  await provider.start();

  assert.equal((await app.refresh(answered)).status, 200);
});

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { ada, providerForTests } from './provider-for-tests.ts';

const provider = providerForTests();

describe('signing in', () => {
  test('asks for credentials once, and a second authorization goes straight through', async () => {
    await provider.app.signIn(ada);
    const { code, state, iss, tenant_name } = provider.app.callbackOf((await provider.app.authorize('acme')).page);
    assert.ok(code);
    assert.deepEqual([state, iss, tenant_name], ['some-state', provider.url, 'acme']);
  });

  test('asks again with prompt=login, and when the sign-in is older than max_age', async () => {
    await provider.app.signIn(ada);
    assert.match((await provider.app.authorize('acme', { prompt: 'login' })).page.body, /Sign in to Acme/);
    await setTimeout(1100);
    assert.match((await provider.app.authorize('acme', { max_age: '0' })).page.body, /Sign in to Acme/);
  });

  test('fills in the login_hint, as text', async () => {
    const { page } = await provider.app.authorize('acme', { login_hint: '"><b>ada@acme.example' });
    assert.ok(page.body.includes('value="&#34;&#62;&#60;b&#62;ada@acme.example"'));
  });

  test('accepts an idp_hint', async () => {
    assert.ok((await provider.app.signIn(ada, { idp_hint: 'google' })).access_token);
  });

  test('says that credentials are wrong with status 200 and keeps the email', async () => {
    const { page } = await provider.app.authorize('acme');
    const again = await provider.app.submit(page, { email: ada, password: 'guess' });
    assert.equal(again.status, 200);
    assert.match(again.body, /role="alert"[^>]*>Email or password is wrong/);
    assert.ok(again.body.includes(`value="${ada}"`));
  });

  test('knows only the users of its tenant', async () => {
    const { page } = await provider.app.authorize('acme');
    assert.ok(!page.body.includes('grace@globex.example'));
    assert.match(
      (await provider.app.submit(page, { email: 'grace@globex.example' })).body,
      /Email or password is wrong/,
    );
  });

  test('has a policy that lets no script in, and the form out to the application', async () => {
    const { headers } = (await provider.app.authorize('acme')).page;
    const policy = String(headers['content-security-policy']);
    assert.match(policy, /default-src 'none'/);
    assert.doesNotMatch(policy, /form-action|script-src|unsafe-inline/);
  });

  test('refuses what a client gets wrong on a page of its own: tenant, redirect URL', async () => {
    assert.match((await provider.app.authorize('initech')).page.body, /unknown_tenant/);
    const foreign = await provider.app.authorize('acme', { redirect_uri: 'http://evil.example/api/auth/callback' });
    assert.match(foreign.page.body, /invalid_redirect_uri/);
  });

  test('needs PKCE', async () => {
    const { page } = await provider.app.authorize('acme', { code_challenge: '', code_challenge_method: '' });
    assert.equal(provider.app.callbackOf(page).error, 'invalid_request');
  });
});

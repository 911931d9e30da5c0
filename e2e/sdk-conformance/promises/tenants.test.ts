import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { providerForTests } from './provider-for-tests.ts';

const provider = providerForTests();

describe('the tenant', () => {
  test('is named on error callbacks too', async () => {
    const silent = provider.app.callbackOf((await provider.app.authorize('acme', { prompt: 'none' })).page);
    assert.deepEqual([silent.error, silent.tenant_name, silent.tenant_domain], ['login_required', 'acme', 'acme']);
    const { page } = await provider.app.authorize('globex');
    const cancelled = provider.app.callbackOf(await provider.app.submit(page, { email: '', action: 'cancel' }));
    assert.deepEqual(
      [cancelled.error, cancelled.state, cancelled.tenant_name],
      ['access_denied', 'some-state', 'globex'],
    );
  });

  test('may have a custom domain, which callbacks name when the user signed in there', async () => {
    const { page } = await provider.app.authorize('login.globex');
    const callback = provider.app.callbackOf(await provider.app.submit(page, { email: 'grace@globex.example' }));
    assert.equal(callback.tenant_custom_domain, `login.globex.localhost:${new URL(provider.url).port}`);
    assert.equal(callback.tenant_name, 'globex');
    const elsewhere = provider.app.callbackOf(
      await provider.app.submit((await provider.app.authorize('globex')).page, { email: 'grace@globex.example' }),
    );
    assert.equal(elsewhere.tenant_custom_domain, undefined);
  });

  test('has its custom domain confirmed, and no other one', async () => {
    const { port } = new URL(provider.url);
    const validate = async (tenantCustomDomain: string) =>
      (await provider.app.postJson('/api/v1/custom-domains/validate', { tenantCustomDomain })).json();
    assert.deepEqual(await validate(`login.globex.localhost:${port}`), { valid: true });
    assert.deepEqual(await validate(`login.acme.localhost:${port}`), { valid: false });
    assert.deepEqual(await validate('evil.example'), { valid: false });
  });

  test('is asked for by the application-level login, which goes back with it', async () => {
    const ask = (query: string) =>
      provider.app.browser.open(`${provider.url}/login?client_id=local-client${query}`, { stopBefore: () => true });
    assert.match((await ask('')).body, /Where do you want to sign in/);
    assert.match((await ask('&tenant_name=initech')).body, /There is no tenant of this name/);
    const { location } = (await ask('&tenant_name=Globex&state=%2Fprofile')).headers;
    assert.equal(
      location,
      'http://localhost:6001/api/auth/login?tenant_name=globex&tenant_domain=globex&return_url=%2Fprofile',
    );
  });
});

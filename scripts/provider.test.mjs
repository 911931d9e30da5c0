import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempDisposable } from 'node:fs/promises';
import { createServer } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { test } from 'node:test';

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}

/** Runs the command until the caller's block ends, and returns the provider's address. */
async function runProvider(ending, settings) {
  const folder = ending.use(await mkdtempDisposable(path.join(os.tmpdir(), 'provider-test-')));
  const port = await freePort();
  const env = { ...process.env, ...settings, PROVIDER_PORT: String(port), PROVIDER_DATA_DIR: folder.path };
  const child = spawn(process.execPath, [path.resolve(import.meta.dirname, 'provider.mjs')], { env });
  ending.defer(async () => {
    child.kill('SIGTERM');
    if (child.exitCode === null) await once(child, 'exit');
  });
  let output = '';
  for await (const line of createInterface({ input: child.stdout })) {
    output += `${line}\n`;
    if (line.includes('Ctrl-C')) return `http://localhost:${port}`;
  }
  throw new Error(`the provider did not start:\n${output}`);
}

/** Sends an authorization request with this redirect URI, and returns the redirect or the status. */
async function authorize(provider, issuer, redirectUri) {
  const query = new URLSearchParams({
    ...{ client_id: 'local-client', response_type: 'code', scope: 'openid', state: 's', redirect_uri: redirectUri },
    ...{ code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM', code_challenge_method: 'S256' },
  });
  // The tenant's host, as a proxy forwards it.
  const headers = { 'x-forwarded-host': `acme.${new URL(issuer).host}`, 'x-forwarded-proto': 'https' };
  const response = await fetch(`${provider}/api/v1/oauth2/authorize?${query}`, { headers, redirect: 'manual' });
  return response.headers.get('location') ?? `status ${response.status}`;
}

test('npm run provider uses PROVIDER_ISSUER and PROVIDER_APP_URLS', async () => {
  await using ending = new AsyncDisposableStack();
  const appUrls = ['https://app.example', 'http://localhost:7002'];
  const settings = { PROVIDER_ISSUER: 'https://idp.example', PROVIDER_APP_URLS: appUrls.join(', ') };
  const provider = await runProvider(ending, settings);

  const { issuer } = await (await fetch(`${provider}/.well-known/openid-configuration`)).json();
  assert.equal(issuer, 'https://idp.example');
  for (const url of appUrls) {
    assert.match(await authorize(provider, issuer, `${url}/api/auth/callback`), /\/sign-in\//);
  }
  assert.equal(await authorize(provider, issuer, 'http://localhost:6001/api/auth/callback'), 'status 400');
});

test('npm run provider uses PUBLIC_URL and PROVIDER_PORT by default', async () => {
  await using ending = new AsyncDisposableStack();
  const settings = { PROVIDER_ISSUER: '', PROVIDER_APP_URLS: '', PUBLIC_URL: 'http://localhost:7003' };
  const provider = await runProvider(ending, settings);

  const discovered = await (await fetch(`${provider}/.well-known/openid-configuration`)).json();
  assert.equal(discovered.issuer, provider);
  assert.match(await authorize(provider, provider, 'http://localhost:7003/api/auth/callback'), /\/sign-in\//);
});

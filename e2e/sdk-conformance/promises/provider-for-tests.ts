import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, beforeEach } from 'node:test';
import { createRemoteJWKSet } from 'jose';
import { type RunningProvider, startProvider } from '../../local-provider/server.ts';
import { RelyingParty } from '../relying-party.ts';

export const ada = 'ada@acme.example';
export const TOKEN_ENDPOINT = '/api/v1/oauth2/token';

interface ProviderForTests {
  url: string;
  dataDir: string;
  /** A client with a browser of its own that nobody is signed in with. */
  app: RelyingParty;
  control(name: string, body: unknown): Promise<Response>;
  keys(): ReturnType<typeof createRemoteJWKSet>;
}

/** One provider for a file of tests, each of which finds it as new. The fields have values once tests run. */
export function providerForTests(): ProviderForTests {
  let running: RunningProvider;
  const provider = {
    control: (name: string, body: unknown) => provider.app.postJson(`/__test/${name}`, body),
    keys: () => createRemoteJWKSet(new URL(`${provider.url}/api/v1/oauth2/jwks`)),
  } as ProviderForTests;

  before(async () => {
    provider.dataDir = await mkdtemp(join(tmpdir(), 'provider-test-'));
    running = await startProvider({ dataDir: provider.dataDir, testControls: true });
    provider.url = running.url;
  });
  beforeEach(async () => {
    provider.app = new RelyingParty(provider.url);
    await provider.control('reset', {});
  });
  after(async () => {
    await running.close();
    await rm(provider.dataDir, { recursive: true });
  });
  return provider;
}

export async function assertInvalidGrant(response: Response): Promise<void> {
  const { error } = (await response.json()) as { error?: string };
  assert.deepEqual([response.status, error], [400, 'invalid_grant']);
}

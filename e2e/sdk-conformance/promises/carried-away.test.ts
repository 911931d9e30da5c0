import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { after, before, test } from 'node:test';
import { createRemoteJWKSet, jwtVerify } from 'jose';
import { EmptyProject, listed } from '../../fixtures/empty-project.ts';
import { freePort } from '../../fixtures/process.ts';
import { RelyingParty } from '../relying-party.ts';
import { ada } from './provider-for-tests.ts';

// The provider can be carried away: a project with nothing but what its page lists runs it.
const page = resolve(import.meta.dirname, '../../..', 'docs/patterns/local-provider.md');
let project: EmptyProject;

before(async () => {
  project = await EmptyProject.with(listed(await readFile(page, 'utf8'), 'e2e/'), 'e2e');
});

after(() => project.remove());

test('the files and packages of its page, alone in an empty project, sign somebody in', async () => {
  const carried: typeof import('../../fixtures/provider.ts') = await import(
    join(project.folder, 'e2e/fixtures/provider.ts')
  );
  const appUrl = 'http://localhost:3000';
  const provider = new carried.Provider({ port: await freePort(), appUrl, dataDir: project.folder });
  try {
    await provider.start();
    await provider.configure({ accessTokenTtl: 7 });
    const { id_token, expires_in } = await new RelyingParty(provider.url, appUrl).signIn(ada);
    const keys = createRemoteJWKSet(new URL(`${provider.url}/api/v1/oauth2/jwks`));
    const { payload } = await jwtVerify(id_token, keys, { issuer: provider.url, audience: 'local-client' });
    assert.deepEqual([payload['nonce'], expires_in], ['some-nonce', 7]);
  } finally {
    await provider.stop();
  }
});

test('the files and packages of its page, alone in an empty project, type-check', async () => {
  await project.typeCheck();
});

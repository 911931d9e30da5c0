import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import { createRemoteJWKSet, jwtVerify } from 'jose';
import { freePort } from '../../fixtures/process.ts';
import { RelyingParty } from '../relying-party.ts';
import { ada } from './provider-for-tests.ts';

// The provider can be carried away: a project with nothing but what its page lists runs it.
const repository = resolve(import.meta.dirname, '../../..');
const page = join(repository, 'docs/patterns/local-provider.md');
let project: string;

before(async () => {
  project = await mkdtemp(join(tmpdir(), 'provider-alone-'));
  const text = await readFile(page, 'utf8');
  const files = [...text.matchAll(/^\| (`e2e\/.*?) \|/gm)].flatMap(([, cell = '']) => quoted(cell));
  const packages = quoted(/^Packages: ([^.;]*)/m.exec(text)?.[1] ?? '').map((name) => join('node_modules', name));
  await writeFile(join(project, 'package.json'), '{ "type": "module" }');
  await cp(join(repository, 'e2e/tsconfig.json'), join(project, 'tsconfig.json'));
  for (const file of files) await cp(join(repository, file), join(project, file), { recursive: true });
  for (const name of packages) {
    await mkdir(dirname(join(project, name)), { recursive: true });
    await symlink(join(repository, name), join(project, name));
  }
});

after(() => rm(project, { recursive: true }));

test('the files and packages of its page, alone in an empty project, sign somebody in', async () => {
  const carried: typeof import('../../fixtures/provider.ts') = await import(join(project, 'e2e/fixtures/provider.ts'));
  const appUrl = 'http://localhost:3000';
  const provider = new carried.Provider({ port: await freePort(), appUrl, dataDir: project });
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
  const tsc = join(repository, 'node_modules/typescript/bin/tsc');
  await promisify(execFile)(process.execPath, [tsc, '--project', '.'], { cwd: project }).catch(({ stdout }) => {
    assert.fail(stdout);
  });
});

function quoted(text: string): string[] {
  return [...text.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name);
}

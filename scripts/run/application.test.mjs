import assert from 'node:assert/strict';
import { mkdir, mkdtempDisposable, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { settings } from './application.mjs';

test('settings are read from .env, with quotes, export and comments', async () => {
  await using folder = await mkdtempDisposable(path.join(os.tmpdir(), 'settings-'));
  const text = 'export CLIENT_ID="id # of mine" # a comment\nPROVIDER_PORT=6200\n';
  await writeFile(path.join(folder.path, '.env'), text);
  const { usesLocalProvider, providerUrl } = settings(folder.path);
  assert.equal(usesLocalProvider, false);
  assert.equal(providerUrl, 'http://localhost:6200');
});

test('an issuer in .env takes the place of the local provider', async () => {
  await using folder = await mkdtempDisposable(path.join(os.tmpdir(), 'settings-'));
  await writeFile(path.join(folder.path, '.env'), 'OIDC_ISSUER=https://login.example.com/\n');
  assert.equal(settings(folder.path).usesLocalProvider, false);
});

test('a .env in backend/ is refused by name', async () => {
  await using folder = await mkdtempDisposable(path.join(os.tmpdir(), 'settings-'));
  await mkdir(path.join(folder.path, 'backend'));
  await writeFile(path.join(folder.path, 'backend', '.env'), 'CLIENT_ID=id\n');
  assert.throws(() => settings(folder.path), /backend\/\.env/);
});

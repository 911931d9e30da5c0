import assert from 'node:assert/strict';
import { mkdir, mkdtempDisposable, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { settings, welcome } from './application.mjs';

test('settings are read from .env, with quotes, export and comments', async () => {
  await using folder = await mkdtempDisposable(path.join(os.tmpdir(), 'settings-'));
  const text = 'export CLIENT_ID="id # of mine" # a comment\nPROVIDER_PORT=6200\n';
  await writeFile(path.join(folder.path, '.env'), text);
  const { usesLocalProvider, providerUrl } = settings(folder.path);
  assert.equal(usesLocalProvider, false);
  assert.equal(providerUrl, 'http://localhost:6200');
});

test('the address of the application, also for the local provider, follows from PORT', async () => {
  await using folder = await mkdtempDisposable(path.join(os.tmpdir(), 'settings-'));
  await writeFile(path.join(folder.path, '.env'), 'PORT=7050\n');
  process.env.PORT = '';
  try {
    const app = settings(folder.path);
    assert.equal(app.publicUrl, 'http://localhost:7050');
    assert.equal(app.appUrls, 'http://localhost:7050');
    assert.match(welcome(app), /Open http:\/\/localhost:7050\n/);
  } finally {
    delete process.env.PORT;
  }
});

test('an issuer in .env replaces the local provider', async () => {
  await using folder = await mkdtempDisposable(path.join(os.tmpdir(), 'settings-'));
  await writeFile(path.join(folder.path, '.env'), 'OIDC_ISSUER=https://login.example.com/\n');
  const app = settings(folder.path);
  assert.equal(app.usesLocalProvider, false);
  assert.match(welcome(app), /Sign in at https:\/\/login\.example\.com\/\n/);
  assert.match(welcome(app), /redirect URI http:\/\/localhost:6001\/api\/auth\/callback/);
  assert.doesNotMatch(welcome(app), /password|@acme/);
});

test('the demo keeps sessions on the server, which lists them, unless a store is set', async () => {
  await using folder = await mkdtempDisposable(path.join(os.tmpdir(), 'settings-'));
  assert.equal(settings(folder.path).store, 'sqlite');
  await writeFile(path.join(folder.path, '.env'), 'SESSION_STORE=cookie\n');
  assert.equal(settings(folder.path).store, 'cookie');
  assert.match(welcome(settings(folder.path)), /SESSION_STORE=sqlite npm start/);
});

test('the test users are not shown if a Wristband application is set', async () => {
  const text = welcome({ publicUrl: 'http://localhost:6001', usesLocalProvider: false, store: 'sqlite' });
  assert.equal(
    text
      .trim()
      .split(/\s*\n\s*/)
      .join('|'),
    'Open http://localhost:6001|Sessions are on the server (sqlite); in cookies with SESSION_STORE=cookie npm start|Ctrl-C ends everything.',
  );
});

test('a .env in backend/ is refused with its name', async () => {
  await using folder = await mkdtempDisposable(path.join(os.tmpdir(), 'settings-'));
  await mkdir(path.join(folder.path, 'backend'));
  await writeFile(path.join(folder.path, 'backend', '.env'), 'CLIENT_ID=id\n');
  assert.throws(() => settings(folder.path), /backend\/\.env/);
});

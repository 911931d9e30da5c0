import assert from 'node:assert/strict';
import { mkdtempDisposable, readFile, stat, truncate } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { resolveSettings } from './settings.ts';
import { Storage } from './storage.ts';

const HOUR = 3600;

async function folder() {
  const dataDir = await mkdtempDisposable(join(tmpdir(), 'provider-test-'));
  const file = join(dataDir.path, 'records-6100.jsonl');
  return {
    open: () => new Storage(resolveSettings({ dataDir: dataDir.path }, 6100)),
    file,
    lines: async () => (await readFile(file, 'utf8')).split('\n').filter(Boolean).length,
    [Symbol.asyncDispose]: () => dataDir.remove(),
  };
}

test('a restart finds the records as they were last, in a file of mode 600', async () => {
  await using data = await folder();
  const before = data.open().adapter('RefreshToken');
  await before.upsert('kept', { kind: 'RefreshToken' }, HOUR);
  await before.upsert('used', { kind: 'RefreshToken' }, HOUR);
  await before.consume('used');
  await before.upsert('deleted', { kind: 'RefreshToken' }, HOUR);
  await before.destroy('deleted');

  const after = data.open().adapter('RefreshToken');
  assert.deepEqual(await after.find('kept'), { kind: 'RefreshToken' });
  assert.ok((await after.find('used'))?.consumed);
  assert.equal(await after.find('deleted'), undefined);
  assert.equal((await stat(data.file)).mode & 0o777, 0o600);
});

test('a line that was cut off anywhere costs no other record, also of a later process', async () => {
  await using data = await folder();
  const { length } = `["Session:last",{"model":"Session","payload":{"uid":"last"},"expiresAt":${Date.now()}}]\n`;
  for (let cut = 1; cut <= length; cut++) {
    const before = data.open().adapter('Session');
    await before.upsert('first', { uid: 'first' }, HOUR);
    await before.upsert('last', { uid: 'last' }, HOUR);
    await truncate(data.file, (await stat(data.file)).size - cut);

    await data.open().adapter('Session').upsert('next', { uid: 'next' }, HOUR);
    const after = data.open().adapter('Session');
    assert.deepEqual(await after.find('first'), { uid: 'first' });
    assert.deepEqual(await after.find('next'), { uid: 'next' });
    assert.deepEqual(await after.find('last'), cut === 1 ? { uid: 'last' } : undefined);
    data.open().clear();
  }
});

test('what has expired, and grants and tokens without each other, leave the file', async ({ mock }) => {
  mock.timers.enable({ apis: ['Date'], now: 1_800_000_000_000 });
  await using data = await folder();
  const storage = data.open();
  const grant = async (jti: string) => {
    const iat = Date.now() / 1000;
    await storage.adapter('Grant').upsert(jti, { jti, iat }, 365 * 24 * HOUR);
  };
  const token = (id: string, grantId: string, seconds: number) =>
    storage.adapter('RefreshToken').upsert(id, { kind: 'RefreshToken', grantId }, seconds);
  for (const jti of ['in-use', 'unused', 'revoked']) await grant(jti);
  await token('of-in-use', 'in-use', 48 * HOUR);
  await token('used', 'in-use', 48 * HOUR);
  await storage.adapter('RefreshToken').consume('used');
  await token('of-unused', 'unused', HOUR);
  await token('of-revoked', 'revoked', 48 * HOUR);
  await storage.adapter('Grant').destroy('revoked');

  mock.timers.tick(25 * HOUR * 1000);
  await grant('new');
  const after = data.open();
  assert.deepEqual(
    after.recordsOf('Grant').map(({ jti }) => jti),
    ['in-use', 'new'],
  );
  assert.equal(await data.lines(), 3);
  assert.ok(await after.adapter('RefreshToken').find('of-in-use'));
});

test('the file stays small while the provider runs, however many records come and go', async ({ mock }) => {
  mock.timers.enable({ apis: ['Date'], now: 1_800_000_000_000 });
  await using data = await folder();
  const tokens = data.open().adapter('AccessToken');
  for (let number = 0; number < 5_000; number++) {
    await tokens.upsert(`token-${number}`, {}, 60);
    mock.timers.tick(1000);
  }
  assert.ok((await data.lines()) <= 1_300, `${await data.lines()} lines`);
});

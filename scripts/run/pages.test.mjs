import assert from 'node:assert/strict';
import { mkdir, mkdtempDisposable, rename, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { digestOf } from './pages.mjs';

test('pages are built again after a change of a source, of its name or of its place', async () => {
  await using folder = await mkdtempDisposable(path.join(os.tmpdir(), 'pages-'));
  const place = (name) => path.join(folder.path, name);
  await mkdir(place('src/part'), { recursive: true });
  await writeFile(place('src/a.ts'), 'one');
  await writeFile(place('src/part/b.ts'), 'two');
  const seen = [];
  const digest = () => digestOf(folder.path, ['src']);
  seen.push(digest());
  await writeFile(place('src/a.ts'), 'one');
  assert.equal(digest(), seen[0]);
  await writeFile(place('src/part/b.ts'), 'three');
  seen.push(digest());
  await rename(place('src/part/b.ts'), place('src/part/c.ts'));
  seen.push(digest());
  await rename(place('src/part/c.ts'), place('src/c.ts'));
  seen.push(digest());
  assert.equal(new Set(seen).size, seen.length);
});

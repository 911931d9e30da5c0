import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkPrerequisites, installArguments } from './install.mjs';

test('npm start installs what it runs, and Node only if the machine has an older one', () => {
  assert.deepEqual(installArguments('start', '20.20.2'), ['ci', '--omit=dev', '--loglevel=error']);
  const without = ['ci', '--omit=dev', '--workspace=frontend', '--workspace=e2e', '--loglevel=error'];
  assert.deepEqual(installArguments('start', '22.18.0'), without);
});

test('everything else installs all packages, with the pinned Node', () => {
  for (const version of ['20.20.2', '26.0.0']) {
    assert.deepEqual(installArguments(undefined, version), ['ci', '--include=dev', '--loglevel=error']);
  }
});

test('on Windows the commands say what to use', () => {
  assert.throws(() => checkPrerequisites('win32'), /WSL 2/);
});

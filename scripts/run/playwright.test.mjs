import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { root } from './processes.mjs';

function playwright(args, env = {}) {
  const { status, stdout, stderr } = spawnSync('npx', ['playwright', 'test', ...args], {
    cwd: root,
    env: { ...process.env, ...env },
    encoding: 'utf8',
  });
  return { status, output: stdout + stderr };
}

test('npx playwright test takes a file and a project, and no test of another runner', () => {
  const { status, output } = playwright(['--list', 'keyboard', '--project', 'chromium']);
  assert.equal(status, 0, output);
  assert.match(output, /\[chromium\] › .*keyboard\.spec\.ts/);
  const { output: all } = playwright(['--list']);
  assert.match(all, /sign-in\.spec\.ts/);
  assert.doesNotMatch(all, /\.test\.|Error/);
});

test('without a build it says in one line what to run', () => {
  const { status, output } = playwright(['keyboard'], { E2E_BACKEND: '/no/such/backend' });
  assert.equal(status, 1);
  assert.match(output, /^There is no build to test: run `npm run build` first\.[^\n]*\n$/);
});

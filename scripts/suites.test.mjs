import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempDisposable, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { count } from './suites.mjs';

/** Runs Node with these arguments, and returns its output and exit status. */
async function node(args) {
  // Node's test runner would otherwise take the child for a part of itself.
  const { NODE_TEST_CONTEXT: _, ...env } = process.env;
  const options = { cwd: path.resolve(import.meta.dirname, '..'), env };
  const finished = promisify(execFile)(process.execPath, args, options);
  const { code = 0, stdout, stderr } = await finished.catch((error) => error);
  return { code, stdout, stderr };
}

test('passed and failed tests of a report are counted, and skipped ones are not', async () => {
  await using folder = await mkdtempDisposable(path.join(os.tmpdir(), 'report-'));
  const code = `
    import { test, describe } from 'node:test';
    test('passes', () => {});
    describe('a group', () => test('a > b', () => {}));
    test('fails', () => { throw new Error('no'); });
    test.skip('is skipped', () => {});
  `;
  const file = path.join(folder.path, 'some.test.mjs');
  await writeFile(file, code);
  const { stdout } = await node(['--test', '--test-reporter=junit', file]);
  assert.deepEqual(count(stdout), {
    passed: 2,
    failed: 1,
    ran: ['some.test.mjs: passes', 'some.test.mjs: b'],
  });
});

test('a test is named by its title, without the groups around it', () => {
  const report = (name) => `<testcase name="${name}" classname="tests/a.spec.ts" time="1.0"></testcase>`;
  assert.deepEqual(count(report('a group › the title')).ran, ['a.spec.ts: the title']);
  assert.deepEqual(count(report('a group &gt; &quot;it&apos;s&quot; &amp; more')).ran, ['a.spec.ts: "it\'s" & more']);
});

test('npm test fails if a suite is unknown, and if no test ran', async () => {
  const unknown = await node(['scripts/test.mjs', 'nonsense']);
  assert.equal(unknown.code, 1);
  assert.match(unknown.stderr, /✗ No suite is called nonsense\. There are: check, frontend, tools/);

  const second = await node(['scripts/test.mjs', 'tools', 'provider', 'nonsense']);
  assert.match(second.stderr, /✗ No suite is called nonsense/);

  const nothing = await node(['scripts/test.mjs', 'check', 'nonsense']);
  assert.equal(nothing.code, 1);
  assert.match(nothing.stderr, /✗ no test ran in check/);
});

test('the rest of the command line goes to the suite', async () => {
  const { code, stdout } = await node(['scripts/test.mjs', 'check', 'imports']);
  assert.equal(code, 0);
  assert.match(stdout, /✓ npm run check:imports \(/);
  assert.match(stdout, /✓ check {10}1 passed {3}0 failed/);
});

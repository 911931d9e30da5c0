import assert from 'node:assert/strict';
import { test } from 'node:test';
import { limitProblems, testNames } from './limits.mjs';

test('the names of tests are found in every language of the repository', () => {
  assert.deepEqual(testNames('a.rs', '#[test]\nfn it_holds() {}\n'), ['it_holds']);
  const script = [`test('it holds', () => {});`, `it("is the user's", f);`, `test.each([1, 2])('holds for %d', f);`];
  assert.deepEqual(testNames('a.test.ts', script.join('\n')), ['it holds', "is the user's", 'holds for %d']);
});

test('rustfmt settings are a problem in any folder', () => {
  for (const file of ['rustfmt.toml', '.rustfmt.toml', 'backend/.rustfmt.toml']) {
    assert.match(limitProblems([file]).join(), /^1 rustfmt settings/);
  }
  assert.deepEqual(limitProblems([]), []);
});

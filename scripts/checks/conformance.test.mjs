import assert from 'node:assert/strict';
import { test } from 'node:test';
import { conformanceProblems, notRun, testsOf } from './conformance.mjs';

const document = (rows) => `# Conformance\n\n## Cookies\n\n| a | b | c | d |\n|---|---|---|---|\n${rows.join('\n')}\n`;
const problems = (...rows) => conformanceProblems(document(rows), { Cookies: ['1'] }, new Set(['a::b'])).length;

test('each requirement has one row, and each row a requirement', () => {
  assert.equal(problems('| 1 | gist | met | `a::b` |'), 0);
  assert.equal(problems(), 1);
  assert.equal(problems('| 1 | gist | met | `a::b` |', '| 2 | gist | met | `a::b` |'), 1);
  assert.equal(problems('| 1 | gist | met | `a::b` |', '| 1 | gist | met | `a::b` |'), 1);
  assert.equal(conformanceProblems(document([]), {}, new Set()).length, 1);
});

test('a met requirement names existing tests; any other gives a reason', () => {
  assert.equal(problems('| 1 | gist | met | |'), 1);
  assert.equal(problems('| 1 | gist | met | `a::c` |'), 1);
  assert.equal(problems('| 1 | gist | not met: too dear | |'), 0);
  assert.equal(problems('| 1 | gist | not met | |'), 1);
  assert.equal(problems('| 1 | gist | perhaps | `a::b` |'), 1);
});

test('a skipped or ignored test does not count', () => {
  const rust = `#[test]
fn one() {}
#[tokio::test(flavor = "multi_thread")]
async fn two() {}
#[test]
#[ignore = "slow"]
fn three() {}
fn no_test() {}
on_every_store! {
    four,
}`;
  assert.deepEqual(testsOf('backend/tests/api/cookies/size.rs', rust), [
    'cookies::size::one',
    'cookies::size::two',
    'cookies::size::four',
  ]);
  const browser = `test('it''s', () => {});\ntest.skip('not', () => {});\ntest("says \\"yes\\"", () => {});`;
  assert.deepEqual(testsOf('e2e/tests/a.spec.ts', browser.replace("it''s", 'it is')), [
    'a.spec.ts: it is',
    'a.spec.ts: says "yes"',
  ]);
});

test('a named test that did not run is listed', () => {
  const text = document(['| 1 | gist | met | `a::b`; `c.spec.ts: it is` |', '| 2 | gist | not met: why | `a::b` |']);
  assert.deepEqual(notRun(text, new Set(['a::b'])), ['c.spec.ts: it is']);
  assert.deepEqual(notRun(text, new Set(['a::b', 'c.spec.ts: it is'])), []);
});

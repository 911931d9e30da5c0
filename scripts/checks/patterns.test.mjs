import assert from 'node:assert/strict';
import { test } from 'node:test';
import { excerpt, filesProblems, hasTest, indexProblems } from './patterns.mjs';

const SOURCE = `mod a {
    /// What it does.
    pub fn one(b: u8) -> u8 {
        if b > 0 {
            return b;
        }

        0
    }

    fn two() {}
}
`;

test('an excerpt is the block that its first line opens, without its indentation', () => {
  const block = 'pub fn one(b: u8) -> u8 {\n    if b > 0 {\n        return b;\n    }\n\n    0\n}\n';
  assert.equal(excerpt(SOURCE, 'pub fn one'), block);
});

test('parameters on separate lines do not end an excerpt', () => {
  const wide = 'fn three(\n    b: u8,\n) -> u8 {\n    b\n}\n';
  assert.equal(excerpt(wide, 'fn three'), wide);
});

test('an excerpt with a last line ends there', () => {
  assert.equal(excerpt(SOURCE, '/// What', 'if b'), '/// What it does.\npub fn one(b: u8) -> u8 {\n    if b > 0 {\n');
});

test('there is no excerpt of lines that the source does not have', () => {
  assert.equal(excerpt(SOURCE, 'pub fn three'), undefined);
  assert.equal(excerpt(SOURCE, 'pub fn one', 'nowhere'), undefined);
});

test('a test is found by its whole name', () => {
  assert.ok(hasTest('async fn it_holds() {', 'it_holds'));
  assert.ok(hasTest("test('it holds', async", 'it holds'));
  assert.ok(!hasTest('async fn it_holds_too() {', 'it_holds'));
  assert.ok(!hasTest("test('it holds too', async", 'it holds'));
});

const problems = (rows, page = 'a.md', crates = '') =>
  filesProblems(
    page,
    `## Files to take\n\n| file | what it is |\n|---|---|\n${rows}\n${crates}\n\n**The proof.**\n- more\n`,
    (file) => file !== 'crates/gone',
    () => 'docs/patterns/local-provider.md',
  );

test('what to take is in the table, exists, and is copied by a test', () => {
  assert.deepEqual(problems('| `crates/a` | this |'), []);
  assert.deepEqual(
    problems('| `frontend/src/a/`, `frontend/src/b.ts` | this |\n| the files of [b](b.md) | that |'),
    [],
  );
  assert.deepEqual(problems('- [`a.rs`](../../backend/src/a.rs)').length, 2);
  assert.deepEqual(problems('| `crates/gone` | this |').length, 1);
  assert.deepEqual(problems('| `scripts/a.mjs` | this |').length, 1);
  assert.deepEqual(problems('| the files of [b](b.md) | that |').length, 1);
});

test('of Rust a page lists one crate, or one file with the crates that it imports', () => {
  const crates = '\nCrates: `url`.';
  assert.deepEqual(problems('| `backend/src/a/b.rs` | this |', 'a.md', crates), []);
  assert.deepEqual(problems('| `crates/a/src/b.rs` | this |', 'a.md', crates), []);
  assert.deepEqual(problems('| `backend/src/a/b.rs` | this |').length, 1);
  assert.deepEqual(problems('| `crates/a`, `crates/b` | this |').length, 1);
  assert.deepEqual(problems('| `crates/a/src/` | this |').length, 1);
});

test('only the page of the local provider may list files of the local provider', () => {
  assert.deepEqual(problems('| `e2e/local-provider/` | this |', 'local-provider.md'), []);
  assert.deepEqual(problems('| `e2e/local-provider/` | this |').length, 1);
});

test('each page has a row with a last column in the table of all pages', () => {
  const index =
    '| you want | read | taken alone |\n|---|---|---|\n| this | [a](a.md) | compiles |\n| that | [b](b.md) | |';
  assert.deepEqual(indexProblems(index, 'a.md'), []);
  assert.deepEqual(indexProblems(index, 'b.md').length, 1);
  assert.deepEqual(indexProblems(index, 'c.md').length, 1);
});

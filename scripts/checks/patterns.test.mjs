import assert from 'node:assert/strict';
import { test } from 'node:test';
import { excerpt, hasTest } from './patterns.mjs';

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

test('the parameters of a function on lines of their own do not end it', () => {
  const wide = 'fn three(\n    b: u8,\n) -> u8 {\n    b\n}\n';
  assert.equal(excerpt(wide, 'fn three'), wide);
});

test('an excerpt with a last line ends there', () => {
  assert.equal(excerpt(SOURCE, '/// What', 'if b'), '/// What it does.\npub fn one(b: u8) -> u8 {\n    if b > 0 {\n');
});

test('what the source does not have is no excerpt', () => {
  assert.equal(excerpt(SOURCE, 'pub fn three'), undefined);
  assert.equal(excerpt(SOURCE, 'pub fn one', 'nowhere'), undefined);
});

test('a test is known by its whole name', () => {
  assert.ok(hasTest('async fn it_holds() {', 'it_holds'));
  assert.ok(hasTest("test('it holds', async", 'it holds'));
  assert.ok(!hasTest('async fn it_holds_too() {', 'it_holds'));
  assert.ok(!hasTest("test('it holds too', async", 'it holds'));
});

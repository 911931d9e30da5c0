import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cycles, graph, importsOf } from './imports.mjs';

const crate = (sources) => cycles(graph(new Map(Object.entries(sources))));

test('groups and inline paths are imports', () => {
  const code = 'use crate::{a, b::{C, d::E}};\n// use crate::x;\nfn f() { super::g() }';
  assert.deepEqual(
    importsOf(code).map((name) => name.join('::')),
    ['crate::a', 'crate::b::C', 'crate::b::d::E', 'super::g'],
  );
});

test('files that import each other are found through re-exports', () => {
  const sources = {
    '': 'mod a; mod b; pub use a::A; pub use b::B;',
    a: 'use crate::B; pub struct A;',
    b: 'use crate::A; pub struct B;',
  };
  assert.deepEqual(crate(sources), ['a, b']);
});

test('a module and its child that imports from it are a circle', () => {
  const sources = { '': 'mod a;', a: 'mod b; use b::B; pub struct A;', 'a::b': 'use super::A; pub struct B;' };
  assert.deepEqual(crate(sources), ['a, a::b']);
});

test('imports in one direction are none', () => {
  const sources = { '': 'mod a; mod b; pub use a::A;', a: 'pub struct A;', b: 'use crate::A;' };
  assert.deepEqual(crate(sources), []);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { forbidden, importedBy, table, upwards } from './floors.mjs';

const TABLE = `
## Floors

| part | may import |
|---|---|
| \`clock\`, \`error\` | |
| \`session\` | \`clock\` |
| \`routes\` | \`session\`, \`error\` |

## Next
`;

test('an import that the table does not allow is a problem, upwards or sideways', () => {
  const allowed = table(TABLE);
  const problems = (part, imported) => forbidden({ file: 'a.rs', part, imported }, allowed).length;
  assert.equal(problems('routes', 'session'), 0);
  assert.equal(problems('session', 'routes'), 1);
  assert.equal(problems('session', 'error'), 1);
  assert.equal(problems('unknown', 'clock'), 1);
});

test('a row that names what does not stand above it is a problem', () => {
  assert.deepEqual(upwards(table(TABLE)), []);
  assert.equal(upwards(table(TABLE.replace('`clock` |', '`routes` |'))).length, 1);
});

test('imports are found one by one, in groups within groups, and in the code itself', () => {
  const code = `use crate::{clock::Clock, session::{self, stores::{Store, open}}, error};
    fn a() { crate::routes::b(); }
    use crate::oidc;`;
  assert.deepEqual(importedBy(code), ['clock', 'session', 'error', 'routes', 'oidc']);
});

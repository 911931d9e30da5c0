// `npm run check:floors`: which part of the backend imports which. The table in docs/architecture.md says what is allowed, ground
// floor first; a row names only parts above it in the table, so there is no circle.
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { Failure, main } from '../run/command.mjs';
import { root } from '../run/processes.mjs';

const SOURCE = path.join(root, 'backend/src');
const TABLE = 'docs/architecture.md';

/** The table: part -> parts that it may import, in the order of its rows. */
export function table(text = readFileSync(path.join(root, TABLE), 'utf8')) {
  const section = text.split('\n## Floors\n')[1]?.split('\n## ')[0] ?? '';
  const rows = section.split('\n').filter((line) => line.startsWith('| `'));
  const words = (cell) => [...cell.matchAll(/`(\w+)`/g)].map(([, word]) => word);
  return new Map(
    rows.flatMap((row) => {
      const [, parts, imported] = row.split('|');
      return words(parts).map((part) => [part, words(imported)]);
    }),
  );
}

/** Rows that name what does not stand above them. */
export function upwards(allowed) {
  const seen = new Set();
  return [...allowed].flatMap(([part, imported]) => {
    const wrong = imported.filter((other) => !seen.has(other));
    seen.add(part);
    return wrong.map((other) => `${TABLE} lets ${part} import ${other}, which does not stand below it`);
  });
}

/** Why an import is not allowed, if it is not. */
export function forbidden({ file, part, imported }, allowed) {
  if (!allowed.has(part)) return [`${file}: ${part} has no row in ${TABLE}`];
  if (allowed.get(part).includes(imported)) return [];
  return [`${file}: ${part} may not import ${imported}`];
}

/** Every import of another part of the crate. */
function imports() {
  return readdirSync(SOURCE, { recursive: true })
    .filter((file) => file.endsWith('.rs') && !['lib.rs', 'main.rs'].includes(file))
    .flatMap((file) => {
      const [part] = file.split(/[/.]/);
      const code = readFileSync(path.join(SOURCE, file), 'utf8').replace(/\/\/.*/g, '');
      const others = new Set(importedBy(code).filter((other) => other !== part));
      return [...others].map((imported) => ({ file, part, imported }));
    });
}

/** The first names of `crate::name` and `crate::{name, other::{...}}`. */
export function importedBy(code) {
  const names = code
    .split(/\bcrate::/)
    .slice(1)
    .flatMap((rest) => (rest.startsWith('{') ? grouped(rest) : [rest]));
  return names.map((name) => name.match(/^\w+/)[0]);
}

function grouped(text) {
  const names = [];
  let depth = 0;
  for (const [token] of text.matchAll(/[{}]|\w+(?:::\w+)*(?:::)?/g)) {
    if (token === '{') depth += 1;
    else if (token === '}') depth -= 1;
    else if (depth === 1) names.push(token);
    if (depth === 0) break;
  }
  return names;
}

if (process.argv[1] === import.meta.filename) {
  await main(async () => {
    const allowed = table();
    const problems = [...upwards(allowed), ...imports().flatMap((one) => forbidden(one, allowed))];
    if (problems.length > 0) throw new Failure(`\n${problems.map((problem) => `  - ${problem}`).join('\n')}`);
  });
}

// `npm run check:patterns`: pages of docs/patterns and docs/chapters have all parts, their code matches the source, and
// the tests they name exist. A pattern is one crate, file or folder, which a test copies into an empty project.
// `npm run format` renews the code (`--write`).
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { main } from '../run/command.mjs';
import { root } from '../run/processes.mjs';
import { read, requireNone } from './files.mjs';

const INDEX = 'README.md';
const MAX_EXCERPTS = 2;
/** Lines of one excerpt. */
const MAX_CODE_LINES = 25;
const PATTERNS = {
  folder: 'docs/patterns',
  parts: [
    '**The problem.**',
    '**Elsewhere.**',
    '## Files to take',
    '**What to change.**',
    '**What it does not do.**',
    '**The proof.**',
    '\nNext: ',
  ],
  proof: '**The proof.**',
};
const CHAPTERS = {
  folder: 'docs/chapters',
  parts: ['\n## Elsewhere\n', '\n## What is promised\n', '\n## What is not done\n', '\nNext: '],
  proof: '\n## What is promised\n',
};
/** Tests that copy what a page lists, by its path. */
const TAKEN_BY = [
  [/^crates\/[\w-]+$/, 'backend/tests/parts/crates.rs'],
  [/^(backend|crates\/[\w-]+)\/src\/.+\.rs$/, 'backend/tests/parts/main.rs'],
  [/^frontend\/src\//, 'frontend/build/patterns-alone.test.ts'],
  [/^e2e\//, 'e2e/sdk-conformance/promises/carried-away.test.ts'],
];
/** A test that copies the files of one page only, which it names. */
const OF_ONE_PAGE = 'e2e/sdk-conformance/promises/carried-away.test.ts';
/** An excerpt: `<!-- from FILE: FIRST LINE -->`, or `FIRST LINE … LAST LINE`, and the code below it. */
const EXCERPT = /<!-- from (\S+): (.+?)(?: … (.+?))? -->\n```(\w+)\n([\s\S]*?)```/g;
/** A link with the name of a test as its text. */
const TEST = /\[(?:`(\w+)`|“([^”]+)”)\]\(([^)]+)\)/g;

/** Returns the lines from the one that begins with `first` to the one with `last`, or to the end of the block. */
export function excerpt(text, first, last) {
  const lines = text.split('\n');
  const from = lines.findIndex((line) => line.trim().startsWith(first));
  if (from < 0) return undefined;
  const indent = lines[from].match(/^\s*/)[0];
  const isEnd = (line) =>
    last ? line.trim().startsWith(last) : line.startsWith(indent) && /^[})\]](?!.*{$)/.test(line.slice(indent.length));
  const length = lines.slice(from + 1).findIndex(isEnd);
  if (length < 0) return undefined;
  const taken = lines.slice(from, from + length + 2);
  return `${taken.map((line) => (line.startsWith(indent) ? line.slice(indent.length) : line)).join('\n')}\n`;
}

/** Returns true if the text of a file has a test of this name. */
export function hasTest(text, name) {
  return new RegExp(`\\bfn ${name}\\(`).test(text) || text.includes(`'${name}'`);
}

/** Problems of the list of files on a page. */
export function filesProblems(page, text, exists, readTest) {
  const section = text.split('## Files to take\n')[1]?.split(/\n(?:## |\*\*)/)[0] ?? '';
  const cells = [...section.matchAll(/^\| (?!(?:file|crate|folder) |the files of \[)(.+?) \|/gm)].map(
    ([, cell]) => cell,
  );
  const files = cells.flatMap((cell) => cell.split(', ').map((file) => file.replace(/^`(.*)`$/, '$1')));
  const problems = files.length === 0 ? ['lists no files to take in a table'] : [];
  if (/^- /m.test(section)) problems.push('lists files to take outside the table, which no test copies');
  if (files.some(isRust) && files.length > 1) problems.push(`lists ${files.length} crates or files of Rust, not one`);
  if (files.some(isFileOfRust) && !/^Crates: `/m.test(section)) problems.push('has no line "Crates: …"');
  for (const file of files) {
    const test = TAKEN_BY.find(([place]) => place.test(file))?.[1];
    const isTaken = test && (test !== OF_ONE_PAGE || readTest(test).includes(`${PATTERNS.folder}/${page}`));
    if (!isTaken) problems.push(`lists ${file}, which no test copies`);
    else if (!exists(file)) problems.push(`lists ${file}, which does not exist`);
  }
  return problems;
}

function isRust(file) {
  return /^(backend|crates)\//.test(file);
}

function isFileOfRust(file) {
  return isRust(file) && file.endsWith('.rs');
}

/** Problems of a page's row in the table of all pages. */
export function indexProblems(index, page) {
  const row = index.split('\n').find((line) => line.startsWith('| ') && line.includes(`](${page}) | `));
  if (!row) return [`is not in the table of ${INDEX}`];
  return row.split('|').at(-2).trim() === '' ? [`has an empty last column in the table of ${INDEX}`] : [];
}

function sourceOf(file, first, last) {
  return existsSync(path.join(root, file)) ? excerpt(read(file), first, last) : undefined;
}

/** Problems of the code on a page: how much there is, and lines that the source does not have. */
function codeProblems(text) {
  const found = [...text.matchAll(EXCERPT)];
  const counts = found.map(([, , , , , code]) => code.split('\n').length - 1);
  const problems = found.length === 0 ? ['shows no code'] : [];
  if (found.length > MAX_EXCERPTS) problems.push(`shows ${found.length} excerpts, not ${MAX_EXCERPTS} at most`);
  for (const count of counts.filter((count) => count > MAX_CODE_LINES)) {
    problems.push(`shows ${count} lines of code at once, not ${MAX_CODE_LINES} at most`);
  }
  for (const [, file, first, last, , code] of found) {
    const source = sourceOf(file, first, last);
    if (source === undefined) problems.push(`has code from ${file}, which has no such lines: ${first}`);
    else if (source !== code) problems.push(`has other code than ${file}; renew it with: npm run format`);
  }
  return problems;
}

/** Problems of the tests that a page names. */
function testProblems(text, { folder, proof }) {
  const tests = [...(text.split(proof)[1] ?? '').matchAll(TEST)];
  const problems = tests.length === 0 ? ['names no test'] : [];
  for (const [, name, sentence, target] of tests) {
    const file = path.join(folder, target);
    if (!existsSync(path.join(root, file)) || !hasTest(read(file), name ?? sentence)) {
      problems.push(`names a test that ${file} does not have: ${name ?? sentence}`);
    }
  }
  return problems;
}

function pageProblems(page, text, kind) {
  return [
    ...kind.parts.filter((part) => !text.includes(part)).map((part) => `has no ${part.trim()}`),
    ...codeProblems(text),
    ...testProblems(text, kind),
  ].map((problem) => `${kind.folder}/${page} ${problem}`);
}

function patternProblems(page, text) {
  return [
    ...indexProblems(read(path.join(PATTERNS.folder, INDEX)), page),
    ...filesProblems(page, text, (file) => existsSync(path.join(root, file)), read),
  ].map((problem) => `${PATTERNS.folder}/${page} ${problem}`);
}

function renewed(text) {
  return text.replace(EXCERPT, (whole, file, first, last, language, code) => {
    const source = sourceOf(file, first, last);
    const fence = `\`\`\`${language}\n`;
    return source === undefined ? whole : whole.replace(fence + code, () => fence + source);
  });
}

function pagesOf({ folder }) {
  return readdirSync(path.join(root, folder)).filter((name) => name.endsWith('.md') && name !== INDEX);
}

if (process.argv[1] === import.meta.filename) {
  await main(() => {
    const kinds = [PATTERNS, CHAPTERS];
    if (process.argv.includes('--write')) {
      for (const file of kinds.flatMap((kind) => pagesOf(kind).map((page) => path.join(kind.folder, page)))) {
        writeFileSync(path.join(root, file), renewed(read(file)));
      }
    }
    requireNone([
      ...kinds.flatMap((kind) =>
        pagesOf(kind).flatMap((page) => pageProblems(page, read(path.join(kind.folder, page)), kind)),
      ),
      ...pagesOf(PATTERNS).flatMap((page) => patternProblems(page, read(path.join(PATTERNS.folder, page)))),
    ]);
  });
}

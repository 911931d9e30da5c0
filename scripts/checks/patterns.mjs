// `npm run check:patterns`: the pages of docs/patterns have all their parts, their code is that of the source, the tests
// that they name exist, and a test takes the files that they list into an empty project. With `--write` the code is taken
// from the source again, as `npm run format` does.
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Failure, main } from '../run/command.mjs';
import { root } from '../run/processes.mjs';
import { read } from './files.mjs';

const FOLDER = 'docs/patterns';
const INDEX = 'README.md';
const MOST_LINES = 25;
const PARTS = [
  '**The problem.**',
  '**Elsewhere.**',
  '## Files to take',
  '**What to change.**',
  '**What it does not do.**',
  '**The proof.**',
  '\nNext: ',
];
/** The tests that take what pages list, by how its path begins: all that there is, or what of the page that they name. */
const TAKEN_BY = {
  'backend/src/': 'backend/tests/parts/main.rs',
  'frontend/src/': 'frontend/build/patterns-alone.test.ts',
  'e2e/': 'e2e/sdk-conformance/promises/carried-away.test.ts',
};
const OF_ONE_PAGE = ['e2e/'];
/** `<!-- from FILE: FIRST LINE -->`, or `FIRST LINE … LAST LINE`, and the code below it. */
const EXCERPT = /<!-- from (\S+): (.+?)(?: … (.+?))? -->\n```(\w+)\n([\s\S]*?)```/g;
/** A link whose text is the name of a test. */
const TEST = /\[(?:`(\w+)`|“([^”]+)”)\]\(([^)]+)\)/g;

/** The lines from the one that begins with `first` to the end of its block, or to the one that begins with `last`. */
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

/** Whether a test of this name is in the text of its file. */
export function hasTest(text, name) {
  return new RegExp(`\\bfn ${name}\\(`).test(text) || text.includes(`'${name}'`);
}

/** What keeps the tests from taking the files that a page lists. */
export function filesProblems(page, text, exists, readTest) {
  const section = text.split('## Files to take\n')[1]?.split(/\n(?:## |\*\*)/)[0] ?? '';
  const cells = [...section.matchAll(/^\| (?!file |the files of \[)(.+?) \|/gm)].map(([, cell]) => cell);
  const files = cells.flatMap((cell) => cell.split(', ').map((file) => file.replace(/^`(.*)`$/, '$1')));
  const problems = files.length === 0 ? ['lists no files to take in a table'] : [];
  if (/^- /m.test(section)) problems.push('lists files to take outside the table, which no test takes');
  for (const file of files) {
    const start = Object.keys(TAKEN_BY).find((start) => file.startsWith(start));
    const isTaken = start && (!OF_ONE_PAGE.includes(start) || readTest(TAKEN_BY[start]).includes(`${FOLDER}/${page}`));
    if (!isTaken) problems.push(`lists ${file}, which no test takes`);
    else if (!exists(file)) problems.push(`lists ${file}, which does not exist`);
  }
  return problems;
}

/** What the table of all pages says of each: whether it names this one, and how its files were taken. */
export function indexProblems(index, page) {
  const row = index.split('\n').find((line) => line.startsWith('| ') && line.includes(`](${page}) | `));
  if (!row) return [`is not in the table of ${INDEX}`];
  return row.split('|').at(-2).trim() === '' ? [`is not said in ${INDEX} to have been taken alone`] : [];
}

function problemsOf(page, text, index) {
  const problems = PARTS.filter((part) => !text.includes(part)).map((part) => `says nothing under ${part.trim()}`);
  problems.push(...indexProblems(index, page));
  problems.push(...filesProblems(page, text, (file) => existsSync(path.join(root, file)), read));
  const found = [...text.matchAll(EXCERPT)];
  const count = found.reduce((sum, [, , , , , code]) => sum + code.split('\n').length - 1, 0);
  if (count === 0 || count > MOST_LINES) problems.push(`shows ${count} lines of code, not 1 to ${MOST_LINES}`);
  for (const [, file, first, last, , code] of found) {
    const source = excerpt(read(file), first, last);
    if (source === undefined) problems.push(`takes code from ${file}, which has no such lines: ${first}`);
    else if (source !== code) problems.push(`shows other code than ${file}; npm run format takes it again`);
  }
  const proof = text.split('**The proof.**')[1] ?? '';
  const tests = [...proof.matchAll(TEST)];
  if (tests.length === 0) problems.push('names no test');
  for (const [, name, sentence, target] of tests) {
    const file = path.join(FOLDER, target);
    if (!existsSync(path.join(root, file)) || !hasTest(read(file), name ?? sentence)) {
      problems.push(`names a test that ${file} does not have: ${name ?? sentence}`);
    }
  }
  return problems.map((problem) => `${page} ${problem}`);
}

function renewed(text) {
  return text.replace(EXCERPT, (whole, file, first, last, language, code) => {
    const source = excerpt(read(file), first, last);
    const fence = `\`\`\`${language}\n`;
    return source === undefined ? whole : whole.replace(fence + code, () => fence + source);
  });
}

if (process.argv[1] === import.meta.filename) {
  await main(() => {
    const pages = readdirSync(path.join(root, FOLDER)).filter((name) => name.endsWith('.md') && name !== INDEX);
    if (process.argv.includes('--write')) {
      for (const page of pages) writeFileSync(path.join(root, FOLDER, page), renewed(read(path.join(FOLDER, page))));
    }
    const index = read(path.join(FOLDER, INDEX));
    const problems = pages.flatMap((page) => problemsOf(page, read(path.join(FOLDER, page)), index));
    if (problems.length > 0) throw new Failure(`\n${problems.map((problem) => `  - ${problem}`).join('\n')}`);
  });
}

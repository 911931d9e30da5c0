// `npm run check:patterns`: the pages of docs/patterns have all their parts, their code is that of the source, and the
// tests that they name exist. With `--write` the code is taken from the source again, as `npm run format` does.
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

function problemsOf(page, text) {
  const problems = PARTS.filter((part) => !text.includes(part)).map((part) => `says nothing under ${part.trim()}`);
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
    const missing = pages.filter((page) => !index.includes(`](${page})`)).map((page) => `${INDEX} leaves ${page} out`);
    const problems = [...missing, ...pages.flatMap((page) => problemsOf(page, read(path.join(FOLDER, page))))];
    if (problems.length > 0) throw new Failure(`\n${problems.map((problem) => `  - ${problem}`).join('\n')}`);
  });
}

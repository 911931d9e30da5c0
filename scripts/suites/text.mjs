// Rules for the text of the repository: files stay small, the parts stay readable in an evening, links lead somewhere.
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { capture, Failure } from '../run/command.mjs';
import { root } from '../run/processes.mjs';
import { lockfileProblems } from './lockfile.mjs';

const SOURCE = /\.(rs|ts|tsx|mjs|css)$/;
const GENERATED = ['frontend/src/lib/api/schema.d.ts'];
const MAX_LINES = 250;

/** The most lines of source, comments included and tests left out, that a reader is asked to take in. */
const BUDGETS = { 'backend/src/': 7_000, 'frontend/src/': 4_000, 'e2e/provider/': 700 };

/** Throws a `Failure` that lists everything that breaks a rule. */
export async function checkText() {
  const { output } = await capture('git', ['ls-files', '--cached', '--others', '--exclude-standard']);
  const files = output
    .split('\n')
    .filter((file) => file && existsSync(path.join(root, file)) && !GENERATED.includes(file));
  const problems = [...tooLong(files), ...overBudget(files), ...deadLinks(files), ...lockfileProblems()];
  if (problems.length > 0) throw new Failure(`\n${problems.map((problem) => `  - ${problem}`).join('\n')}`);
}

function read(file) {
  return readFileSync(path.join(root, file), 'utf8');
}

function lines(file) {
  return read(file).split('\n').length - 1;
}

function tooLong(files) {
  return files
    .filter((file) => SOURCE.test(file) && lines(file) > MAX_LINES)
    .map((file) => `${file} has ${lines(file)} lines, more than ${MAX_LINES}: it has more than one subject`);
}

function overBudget(files) {
  return Object.entries(BUDGETS).flatMap(([folder, budget]) => {
    const counted = files.filter(
      (file) => file.startsWith(folder) && SOURCE.test(file) && !/\.test\.|\/testing\//.test(file),
    );
    const total = counted.reduce((sum, file) => sum + lines(file), 0);
    return total > budget ? [`${folder} has ${total} lines, more than ${budget}`] : [];
  });
}

function deadLinks(files) {
  return files
    .filter((file) => file.endsWith('.md'))
    .flatMap((file) =>
      [...read(file).matchAll(/\]\((?!https?:|mailto:|#)([^)\s#]+)/g)]
        .filter(([, target]) => !existsSync(path.join(root, path.dirname(file), target)))
        .map(([, target]) => `${file} links to ${target}, which does not exist`),
    );
}

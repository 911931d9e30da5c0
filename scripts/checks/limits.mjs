// What is counted, so that the whole stays readable in an evening and each part of it at a glance.
import { lines, read } from './files.mjs';

const CODE = /\.(rs|ts|tsx|mjs|css)$/;
const [MOST_LINES, MOST_COLUMNS, LONGEST_NAME] = [250, 100, 80];
const MOST_EXAMPLES = 20;

/**
 * `limit` is what `npm run check` allows. Where it is not the goal yet it is what there is today, and only goes down.
 * Lines are those of source, comments included and tests left out.
 */
const LIMITS = [
  { what: 'lines in backend/src', goal: 7_500, limit: 14_248, find: linesIn('backend/src/') },
  { what: 'lines in backend/src/session', goal: 3_200, limit: 5_869, find: linesIn('backend/src/session/') },
  { what: 'lines in frontend/src', goal: 4_300, limit: 4_443, find: linesIn('frontend/src/') },
  { what: 'lines in e2e/provider', goal: 700, limit: 700, find: linesIn('e2e/provider/') },
  { what: `files of more than ${MOST_LINES} lines`, goal: 0, limit: 0, find: places(longFile) },
  { what: `lines of Rust of more than ${MOST_COLUMNS} columns`, goal: 0, limit: 0, find: places(wideLines) },
  { what: `names of tests of more than ${LONGEST_NAME} characters`, goal: 0, limit: 0, find: places(longNames) },
  { what: 'settings of rustfmt, whose defaults are ours', goal: 0, limit: 0, find: places(rustfmtSettings) },
];

/** Prints the table, and returns one line for each limit that these files exceed. */
export function limitProblems(files) {
  return LIMITS.flatMap(({ what, goal, limit, find }) => {
    const { count, examples } = find(files);
    const room = limit === goal ? `at most ${limit}` : `at most ${limit} today, ${goal} in the end`;
    console.log(`  ${String(count).padStart(5)} ${what} (${room})`);
    return count > limit ? [[`${count} ${what}, more than ${limit}`, ...shortened(examples)].join('\n      ')] : [];
  });
}

function shortened(list) {
  return list.length > MOST_EXAMPLES
    ? [...list.slice(0, MOST_EXAMPLES), `and ${list.length - MOST_EXAMPLES} more`]
    : list;
}

function linesIn(folder) {
  return (files) => {
    const counted = files.filter((file) => file.startsWith(folder) && CODE.test(file));
    const source = counted.filter((file) => !/\.test\.|\/testing\//.test(file));
    return { count: source.reduce((sum, file) => sum + lines(file).length, 0), examples: [] };
  };
}

function places(inFile) {
  return (files) => {
    const found = files.flatMap(inFile);
    return { count: found.length, examples: found };
  };
}

function longFile(file) {
  return CODE.test(file) && lines(file).length > MOST_LINES ? [`${file}: ${lines(file).length}`] : [];
}

function wideLines(file) {
  if (!file.endsWith('.rs')) return [];
  return lines(file).flatMap((line, index) => ([...line].length > MOST_COLUMNS ? [`${file}:${index + 1}`] : []));
}

function longNames(file) {
  if (!CODE.test(file)) return [];
  return testNames(file, read(file))
    .filter((name) => [...name].length > LONGEST_NAME)
    .map((name) => `${file}: ${name}`);
}

/** The names of the tests in a file, as its test runner prints them. */
export function testNames(file, text) {
  if (file.endsWith('.rs')) return [...text.matchAll(/\bfn (\w+)/g)].map(([, name]) => name);
  if (!/\.(test|spec)\.(ts|tsx|mjs)$/.test(file)) return [];
  // Also of `test.each(cases)('name', …)`, whose name is in a pair of parentheses of its own.
  const names = /(?:\b(?:test|it)(?:\.(?:only|skip|fails))?\(|\]\)\()\s*(['"`])(.*?[^\\])\1/g;
  return [...text.matchAll(names)].map(([, , name]) => name);
}

function rustfmtSettings(file) {
  return /(^|\/)\.?rustfmt\.toml$/.test(file) ? [file] : [];
}

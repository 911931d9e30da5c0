// Limits of size, see decision 6.
import { lines, read } from './files.mjs';

const CODE = /\.(rs|ts|tsx|mjs|css)$/;
const MAX_FILE_LINES = 250;
const MAX_EXAMPLE_LINES = 60;
/** Examples of single files. The smallest application has a limit of its own in a test. */
const MAX_BACKEND_EXAMPLE_LINES = 80;
const POSTGRES_EXAMPLE = 'crates/sessions/examples/postgres/';
const MAX_POSTGRES_LINES = 200;
const MAX_RUST_COLUMNS = 100;
const MAX_TEST_NAME = 80;
const MAX_EXAMPLES = 20;

/**
 * `limit` is what `npm run check` allows; it may only go down until it reaches the goal. Lines include comments, but no
 * tests.
 */
const LIMITS = [
  { what: 'lines in backend/src', goal: 5_000, limit: 8_494, find: linesIn('backend/src/') },
  { what: 'lines in crates/sessions/src', goal: 4_300, limit: 8_283, find: linesIn('crates/sessions/src/') },
  {
    what: 'lines in crates/revocation-list/src',
    goal: 1_150,
    limit: 1_606,
    find: linesIn('crates/revocation-list/src/'),
  },
  { what: 'lines in crates/storage/src', goal: 900, limit: 971, find: linesIn('crates/storage/src/') },
  { what: 'lines in crates/oidc-client/src', goal: 1_550, limit: 2_289, find: linesIn('crates/oidc-client/src/') },
  { what: 'lines in crates/dbsc/src', goal: 600, limit: 600, find: linesIn('crates/dbsc/src/') },
  { what: 'lines in crates/sealed-cookies/src', goal: 350, limit: 350, find: linesIn('crates/sealed-cookies/src/') },
  { what: 'lines in the reading hour', goal: 1_100, limit: 1_100, find: readingHour },
  { what: 'lines in frontend/src', goal: 4_300, limit: 6_717, find: linesIn('frontend/src/') },
  { what: 'lines in e2e/local-provider', goal: 785, limit: 1_011, find: linesIn('e2e/local-provider/') },
  {
    what: 'lines in README.md',
    goal: 100,
    limit: 100,
    find: () => ({ count: lines('README.md').length, examples: [] }),
  },
  { what: `files of more than ${MAX_FILE_LINES} lines`, goal: 0, limit: 0, find: places(longFile) },
  { what: `examples of more than ${MAX_EXAMPLE_LINES} lines`, goal: 0, limit: 1, find: places(longExample) },
  { what: `lines of Rust of more than ${MAX_RUST_COLUMNS} columns`, goal: 0, limit: 0, find: places(wideLines) },
  { what: `names of tests of more than ${MAX_TEST_NAME} characters`, goal: 0, limit: 0, find: places(longNames) },
  { what: 'rustfmt settings other than the defaults', goal: 0, limit: 0, find: places(rustfmtSettings) },
];

/** Prints the table, and returns one problem for each limit that these files exceed. */
export function limitProblems(files) {
  return LIMITS.flatMap(({ what, goal, limit, find }) => {
    const { count, examples } = find(files);
    const room = limit === goal ? `at most ${limit}` : `at most ${limit} today, ${goal} in the end`;
    console.log(`  ${String(count).padStart(5)} ${what} (${room})`);
    return count > limit ? [[`${count} ${what}, more than ${limit}`, ...shortened(examples)].join('\n      ')] : [];
  });
}

function shortened(list) {
  return list.length > MAX_EXAMPLES ? [...list.slice(0, MAX_EXAMPLES), `and ${list.length - MAX_EXAMPLES} more`] : list;
}

/** The files that README and docs/architecture.md offer for a first hour. */
const READING_HOUR = [
  'app',
  ...['login', 'callback', 'session', 'logout', 'backchannel_logout'].map((route) => `routes/${route}`),
  ...['start', 'login_attempt', 'identity'].map((part) => `sign_in/${part}`),
];

function readingHour() {
  const counts = READING_HOUR.map((name) => lines(`backend/src/${name}.rs`).length);
  return { count: counts.reduce((sum, count) => sum + count, 0), examples: [] };
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
  return CODE.test(file) && lines(file).length > MAX_FILE_LINES ? [`${file}: ${lines(file).length}`] : [];
}

function longExample(file) {
  const isOfBackend = file.startsWith('backend/examples/');
  // A whole store for a real database, with its tables and what several nodes share.
  if (file.startsWith(POSTGRES_EXAMPLE)) return lines(file).length > MAX_POSTGRES_LINES ? [file] : [];
  if (!isOfBackend && !/^crates\/[^/]+\/examples\//.test(file)) return [];
  const count = lines(file).length;
  return count > (isOfBackend ? MAX_BACKEND_EXAMPLE_LINES : MAX_EXAMPLE_LINES) ? [`${file}: ${count}`] : [];
}

function wideLines(file) {
  if (!file.endsWith('.rs')) return [];
  return lines(file).flatMap((line, index) => ([...line].length > MAX_RUST_COLUMNS ? [`${file}:${index + 1}`] : []));
}

function longNames(file) {
  if (!CODE.test(file)) return [];
  return testNames(file, read(file))
    .filter((name) => [...name].length > MAX_TEST_NAME)
    .map((name) => `${file}: ${name}`);
}

/** Returns the names of the tests in a file, as its test runner prints them. */
export function testNames(file, text) {
  if (file.endsWith('.rs')) return [...text.matchAll(/\bfn (\w+)/g)].map(([, name]) => name);
  if (!/\.(test|spec)\.(ts|tsx|mjs)$/.test(file)) return [];
  // Also `test.each(cases)('name', …)`, which has the name in a second pair of parentheses.
  const names = /(?:\b(?:test|it)(?:\.(?:only|skip|fails))?\(|\]\)\()\s*(['"`])(.*?[^\\])\1/g;
  return [...text.matchAll(names)].map(([, , name]) => name);
}

function rustfmtSettings(file) {
  return /(^|\/)\.?rustfmt\.toml$/.test(file) ? [file] : [];
}

// `npm run check:conformance`: docs/conformance.md has a row for each requirement of `requirements.json`, and the tests
// that a row names exist and are not skipped.
import path from 'node:path';
import { main } from '../run/command.mjs';
import { read, requireNone, sourceFiles } from './files.mjs';

export const DOCUMENT = 'docs/conformance.md';
const REQUIREMENTS = 'scripts/checks/requirements.json';
/** Test files of the backend and of the crates. The module is the path below this folder. */
const RUST_TESTS = /^(?:backend\/tests\/api|crates\/[\w-]+\/tests\/promises)\/(.+?)(?:\/mod)?\.rs$/;
const STATES = /^(met|(not met|not applicable): \S.*)$/;

/** Returns the tables of the document as a map from the heading to the rows. */
export function tables(text) {
  const sections = text.split('\n## ').slice(1);
  return new Map(
    sections.map((section) => {
      const [heading, ...lines] = section.split('\n');
      const rows = lines.filter((line) => line.startsWith('| ')).map((line) => line.split(/(?<!\\)\|/).slice(1, -1));
      const cells = rows.map((row) => row.map((cell) => cell.trim()));
      return [heading, cells.slice(1).map(([number, , state, shown]) => ({ number, state, shown: shown ?? '' }))];
    }),
  );
}

/** Problems of the tables, given the requirements (heading -> numbers) and the names of all tests. */
export function conformanceProblems(text, requirements, tests) {
  const found = tables(text);
  const unknown = [...found.keys()].filter((heading) => !Object.hasOwn(requirements, heading));
  return [
    ...unknown.map((heading) => `${REQUIREMENTS} has no list for "${heading}"`),
    ...Object.entries(requirements).flatMap(([heading, numbers]) =>
      tableProblems(found.get(heading) ?? [], numbers, tests).map((problem) => `${heading}: ${problem}`),
    ),
  ];
}

function tableProblems(rows, numbers, tests) {
  const known = rows.map(({ number }) => number);
  return [
    ...numbers.filter((number) => !known.includes(number)).map((number) => `${number} has no row`),
    ...known.filter((number) => !numbers.includes(number)).map((number) => `${number} is not a requirement`),
    ...known.filter((number, index) => known.indexOf(number) !== index).map((number) => `${number} has two rows`),
    ...rows.flatMap((row) => rowProblems(row, tests).map((problem) => `${row.number}: ${problem}`)),
  ];
}

/** Returns the tests that a row names. */
function namedTests({ shown }) {
  return [...shown.matchAll(/`([^`]+)`/g)].map(([, name]) => name);
}

/** Returns the tests that the document names and that have not run. */
export function notRun(text, ran) {
  const named = new Set([...tables(text).values()].flat().flatMap(namedTests));
  return [...named].filter((name) => !ran.has(name));
}

function rowProblems(row, tests) {
  const { state } = row;
  const named = namedTests(row);
  const problems = named
    .filter((name) => !tests.has(name))
    .map((name) => `the test ${name} does not exist or is skipped`);
  if (!STATES.test(state)) problems.push(`"${state}" is not "met", "not met: REASON" or "not applicable: REASON"`);
  if (state === 'met' && named.length === 0) problems.push('no test shows that it is met');
  return problems;
}

/** Returns the tests of a file that are not skipped, by the names that the document uses. */
export function testsOf(file, code) {
  const module = RUST_TESTS.exec(file)?.[1].replaceAll('/', '::');
  if (module) return rustTests(code).map((name) => `${module}::${name}`);
  if (!/\.(spec|test)\.tsx?$/.test(file)) return [];
  const titles = code.matchAll(/\btest\(\s*(['"`])((?:\\.|(?!\1).)+)\1/g);
  return [...titles].map(([, , title]) => `${path.basename(file)}: ${title.replaceAll('\\', '')}`);
}

function rustTests(code) {
  const single = code.matchAll(/#\[(?:\w+::)?test(?:\([^)]*\))?\]\s*((?:#\[[^\]]*\]\s*)*)(?:async )?fn (\w+)/g);
  const each = [...code.matchAll(/\bon_every_store! \{([^}]*)\}/g)].flatMap(([, names]) => names.match(/\w+/g) ?? []);
  return [...[...single].filter(([, marks]) => !marks.includes('#[ignore')).map(([, , name]) => name), ...each];
}

if (process.argv[1] === import.meta.filename) {
  await main(async () => {
    const lists = Object.entries(JSON.parse(read(REQUIREMENTS)));
    const requirements = Object.fromEntries(lists.map(([heading, numbers]) => [heading, numbers.split(' ')]));
    const tests = new Set((await sourceFiles()).flatMap((file) => testsOf(file, read(file))));
    requireNone(conformanceProblems(read(DOCUMENT), requirements, tests));
  });
}

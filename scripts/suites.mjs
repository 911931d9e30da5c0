// Test suites. Each passes `args` on to its test runner and returns `{passed, failed, ran}`; `ran` has the names of the
// passed tests as docs/conformance.md writes them.
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { DOCUMENT, notRun } from './checks/conformance.mjs';
import { read } from './checks/files.mjs';
import { chromium, otherBrowsers, requireWholeChromium } from './run/browsers.mjs';
import { buildForStart, buildForTests, CARGO_ENV, captureCargo, LINT_ENV } from './run/build.mjs';
import { capture, run, step } from './run/command.mjs';
import { root } from './run/processes.mjs';
import { canaille, isInstalled, requirePrograms } from './run/programs.mjs';

export const SUITES = {
  check,
  frontend,
  tools: (args) => nodeTests(['scripts/**/*.test.mjs', 'e2e/bench/**/*.test.ts'], args),
  provider: (args) => nodeTests(['e2e/local-provider/**/*.test.ts', 'e2e/sdk-conformance/**/*.test.ts'], args),
  rust,
  async browser(args) {
    await requireWholeChromium();
    return playwright('', args);
  },
  async cluster(args) {
    await requireWholeChromium();
    await requirePrograms('nginx', 'openssl');
    return playwright('cluster', args);
  },
  async providers(args) {
    await requirePrograms('glewlwyd');
    const env = { PROVIDERS_CANAILLE: await canaille() };
    await buildForStart(); // its tests run `npm start`, and would time out during a build
    return playwright('other-providers', args, env);
  },
  async browsers(args) {
    const env = await otherBrowsers();
    return Object.keys(env).length > 0 ? playwright('browsers', args, env) : { passed: 0, failed: 0, skipped: true };
  },
};

/** Suites that run only by name: they install or build what no other command needs, and take minutes. */
export const ONLY_BY_NAME = ['providers', 'browsers'];

/** Checks that are skipped without their program. Building it takes longer than all other checks; CI downloads it. */
const OPTIONAL = { 'check:unused-crates': 'cargo-machete', 'check:dependencies': 'cargo-deny' };

/** Runs every `check:…` of package.json, or those whose names contain one of `args`. */
async function check(args) {
  const { scripts } = JSON.parse(read('package.json'));
  const isWanted = (name) => args.length === 0 || args.some((arg) => name.includes(arg));
  const result = { passed: 0, failed: 0 };
  for (const name of Object.keys(scripts).filter((name) => name.startsWith('check:') && isWanted(name))) {
    const program = OPTIONAL[name];
    if (program && !isInstalled(program)) {
      console.log(`- npm run ${name} is skipped: ${program} is not installed`);
      continue;
    }
    try {
      const env = { ...CARGO_ENV, ...LINT_ENV };
      await step(`npm run ${name}`, () => run('npm', ['run', '--silent', name], { env }));
      result.passed += 1;
    } catch (error) {
      console.error(`✗ ${error.message}`);
      result.failed += 1;
    }
  }
  return result;
}

function frontend(args) {
  return withReport((report) => {
    const reporters = ['--reporter=default', '--reporter=junit', `--outputFile.junit=${report}`];
    return capture('npm', ['run', '--silent', 'test', '-w', 'frontend', '--', ...reporters, ...args], { show: true });
  });
}

/** Runs Node's test runner with these files; files in `args` replace them. */
function nodeTests(files, args) {
  return withReport((report) => {
    const reporters = [
      ['--test-reporter=spec', '--test-reporter-destination=stdout'],
      ['--test-reporter=junit', `--test-reporter-destination=${report}`],
    ].flat();
    const tests = args.some((arg) => !arg.startsWith('-')) ? args : [...args, ...files];
    return capture('node', ['--test', ...reporters, ...tests], { show: true });
  });
}

/** Builds the application, and runs the Playwright tests of a folder of `e2e`. */
async function playwright(folder, args, env = {}) {
  const backend = await buildForTests();
  await requirePrograms('redis-server');
  const browser = await chromium();
  const config = ['--config', path.join('e2e', folder, 'playwright.config.ts'), '--reporter=list,junit,html'];
  return withReport((report) =>
    capture('playwright', ['test', ...config, ...args], {
      env: { ...env, ...browser, ...htmlReport(folder), E2E_BACKEND: backend, PLAYWRIGHT_JUNIT_OUTPUT_FILE: report },
      show: true,
    }),
  );
}

/** The report that `npx playwright show-report` shows: a folder for each suite, as each run replaces its own. */
function htmlReport(folder) {
  return {
    PLAYWRIGHT_HTML_OPEN: 'never',
    PLAYWRIGHT_HTML_OUTPUT_DIR: path.join(root, 'playwright-report', folder || 'browser'),
  };
}

async function rust(args) {
  await requirePrograms('redis-server', 'postgresql');
  const test = ['test', '--locked', '--no-fail-fast', ...args];
  // Many wait for a timeout or a disk most of their time.
  const threads = { RUST_TEST_THREADS: String(2 * os.availableParallelism()) };
  const { code, output } = await captureCargo(test, { show: true, env: { ...threads, ...LINT_ENV } });
  const names = [...output.matchAll(/^test (\S+) \.\.\. ok$/gm)].map(([, name]) => name);
  const summaries = [...output.matchAll(/^test result: .*? (\d+) passed; (\d+) failed;/gm)];
  const sum = (column) => summaries.reduce((total, summary) => total + Number(summary[column]), 0);
  // A test that runs on every store has the store in its name.
  const ran = names.flatMap((name) => [name, name.replace(/::(cookie|sqlite|redis)(?=::\w+$)/, '')]);
  return orCrashed(code, { passed: sum(1), failed: sum(2), ran });
}

/** Runs a test runner that writes a JUnit report to the given path. */
async function withReport(start) {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'test-report-'));
  try {
    const report = path.join(folder, 'junit.xml');
    const { code } = await start(report);
    return orCrashed(code, count(await readFile(report, 'utf8').catch(() => '')));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Adds a failure if the test runner failed without a failed test, as it does after a crash. */
function orCrashed(code, result) {
  return code !== 0 && result.failed === 0 ? { ...result, failed: 1 } : result;
}

/** A test case of a JUnit report: attributes, which may contain `>`, and content. */
const TEST_CASE = /<testcase((?:\s+\w+="[^"]*")*)\s*(?:\/>|>([\s\S]*?)<\/testcase>)/g;

/** Counts the test cases of a JUnit report. */
export function count(report) {
  const result = { passed: 0, failed: 0, ran: [] };
  for (const [, tag, content = ''] of report.matchAll(TEST_CASE)) {
    const attribute = (name) => decoded(new RegExp(` ${name}="([^"]*)"`).exec(tag)?.[1] ?? '');
    if (/<(failure|error)\b/.test(content)) result.failed += 1;
    else if (!/<skipped\b/.test(content)) {
      result.passed += 1;
      // Before the title stand those of its `describe` blocks.
      const title = attribute('name')
        .split(/ [›>] /)
        .at(-1);
      result.ran.push(`${path.basename(attribute('file') || attribute('classname'))}: ${title}`);
    }
  }
  return result;
}

function decoded(text) {
  const characters = { quot: '"', apos: "'", '#39': "'", lt: '<', gt: '>', amp: '&' };
  return text.replace(/&(quot|apos|#39|lt|gt|amp);/g, (_, name) => characters[name]);
}

/** Checks that the tests which docs/conformance.md names have passed, given the results of all suites. */
export function conformance(results) {
  const missing = notRun(read(DOCUMENT), new Set(results.flatMap(({ ran = [] }) => ran)));
  for (const name of missing) console.error(`✗ ${DOCUMENT} names a test that did not run, or failed: ${name}`);
  return { passed: missing.length > 0 ? 0 : 1, failed: missing.length };
}

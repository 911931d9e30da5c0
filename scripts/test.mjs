// `npm test`: all suites, or named ones: npm test -- rust browser
// After the name of one suite, the rest goes to its test runner: npm test -- browser sign-in --headed
import { Failure, main } from './run/command.mjs';
import { install } from './run/install.mjs';
import { conformance, ONLY_BY_NAME, SUITES } from './suites.mjs';

await main(async () => {
  const { names, args } = parse(process.argv.slice(2));
  await install();
  const results = [];
  for (const name of names) results.push(await runSuite(name, () => SUITES[name](args)));
  if (process.argv.length === 2) results.push(await runSuite('conformance', () => conformance(results)));

  console.log(`\n${results.map(summary).join('\n')}\n`);
  const passed = results.reduce((sum, result) => sum + result.passed, 0);
  const failed = results.reduce((sum, result) => sum + result.failed, 0);
  console.log(`${passed} passed, ${failed} failed`);
  return failed > 0 ? 1 : 0;
});

function parse(words) {
  if (words.length === 0)
    return { names: Object.keys(SUITES).filter((name) => !ONLY_BY_NAME.includes(name)), args: [] };
  const end = words.findIndex((word) => !Object.hasOwn(SUITES, word));
  const names = end < 0 ? words : words.slice(0, end);
  const args = end < 0 ? [] : words.slice(end);
  if (args.length > 0 && names.length !== 1)
    throw new Failure(`No suite is called ${args[0]}. There are: ${Object.keys(SUITES).join(', ')}`);
  return { names, args };
}

/** Runs one suite. It has failed if it throws, or if no test ran. */
async function runSuite(name, suite) {
  console.log(`\n━━ ${name} ${'━'.repeat(60 - name.length)}`);
  const from = Date.now();
  let result;
  try {
    result = await suite();
  } catch (error) {
    console.error(`✗ ${error instanceof Failure ? error.message : error.stack}`);
    result = { passed: 0, failed: 1 };
  }
  if (result.passed + result.failed === 0 && !result.skipped) {
    console.error(`✗ no test ran in ${name}`);
    result.failed = 1;
  }
  return { name, seconds: (Date.now() - from) / 1000, ...result };
}

function summary({ name, seconds, passed, failed }) {
  return `${failed > 0 ? '✗' : '✓'} ${name.padEnd(11)} ${String(passed).padStart(4)} passed ${String(failed).padStart(3)} failed ${seconds.toFixed(0).padStart(5)} s`;
}

// `npm test`: everything that must pass, or the suites that are named: npm test -- rust browser
import { install } from './machine/install.mjs';
import { Failure, main } from './run/command.mjs';
import { browser, cluster } from './suites/browser.mjs';
import { browsers } from './suites/browsers.mjs';
import { checks } from './suites/checks.mjs';
import { conformance } from './suites/conformance.mjs';
import { frontend } from './suites/frontend.mjs';
import { provider, tools } from './suites/node.mjs';
import { otlp } from './suites/otlp.mjs';
import { providers } from './suites/providers.mjs';
import { rust } from './suites/rust.mjs';
import { upgrade } from './suites/upgrade.mjs';

const SUITES = { check: checks, frontend, tools, provider, rust, browser, cluster, providers, browsers, upgrade, otlp };
/** Run only when they are named: they install or build what nothing else needs, and take minutes. */
const WHEN_NAMED = ['providers', 'browsers', 'upgrade', 'otlp'];

await main(async () => {
  const named = process.argv.slice(2);
  const names = named.length > 0 ? named : Object.keys(SUITES).filter((name) => !WHEN_NAMED.includes(name));
  const unknown = names.filter((name) => !Object.hasOwn(SUITES, name));
  if (unknown.length > 0)
    throw new Failure(`No suite is called ${unknown.join(', ')}. There are: ${Object.keys(SUITES).join(', ')}`);

  await install();
  const rows = [];
  for (const name of names) rows.push(await runSuite(name, SUITES[name]));
  if (named.length === 0) rows.push(await runSuite('conformance', () => conformance(rows)));

  console.log(`\n${rows.map(describe).join('\n')}\n`);
  const passed = rows.reduce((sum, row) => sum + row.passed, 0);
  const failed = rows.reduce((sum, row) => sum + row.failed, 0);
  console.log(`${passed} passed, ${failed} failed`);
  return failed > 0 ? 1 : 0;
});

// A suite that cannot be run, or in which nothing ran without a word, has failed: silence is no proof.
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
  if (result.passed + result.failed === 0 && !result.leftOut) {
    console.error(`✗ no test ran in ${name}`);
    result.failed = 1;
  }
  return { name, seconds: (Date.now() - from) / 1000, ...result };
}

function describe({ name, seconds, passed, failed }) {
  return `${failed > 0 ? '✗' : '✓'} ${name.padEnd(11)} ${String(passed).padStart(4)} passed ${String(failed).padStart(3)} failed ${seconds.toFixed(0).padStart(5)} s`;
}

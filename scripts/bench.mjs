// `npm run bench`: GET /api/session against a bare Actix handler that answers the same JSON; see docs/benchmarks.md.
// `npm run bench -- scale`: many sessions, and a long list of ended ones. Either with `--quick` to see that it works.
// `npm run bench -- pages`: what Lighthouse says of the pages' performance.
// `npm run bench -- ciphers`: what a seal costs, see decision 2.
import { chromium } from './machine/chromium.mjs';
import { install } from './machine/install.mjs';
import { redis } from './machine/redis.mjs';
import { wrk } from './machine/wrk.mjs';
import { build, buildBackend } from './run/build.mjs';
import { cargo } from './run/cargo.mjs';
import { main, run, step } from './run/command.mjs';

await main(async () => {
  const args = process.argv.slice(2);
  if (args.includes('ciphers')) return await cargo(['run', '--release', '--locked', '--package', 'ciphers']);
  if (args.includes('pages')) return await pages();
  const program = args.includes('scale') ? 'fill' : 'peers';
  await install();
  await wrk();
  if (program === 'peers') await redis();
  await buildBackend();
  await step(`Building ${program}`, () => cargo(['build', '--release', '--locked', '--package', program]));
  await run('node', ['e2e/bench/main.ts', ...args]);
});

async function pages() {
  await install();
  await build();
  await run('playwright', ['test', '--config', 'e2e/bench/playwright.config.ts'], { env: await chromium() });
}

// `npm run bench`: GET /api/session, beside a bare Actix handler that returns the same JSON (docs/benchmarks.md).
// `npm run bench -- device`: what the check of a device-bound session costs a request.
// `npm run bench -- scale`: many sessions and a long revocation list. Either with `--quick` to see that it works.
// `npm run bench -- apis`: a request to a service on its way through the backend.
// `npm run bench -- pages`: Lighthouse's performance score of the pages.
// `npm run bench -- ciphers`: the cost of sealing, see decision 2.
import { chromium } from './run/browsers.mjs';
import { build, buildBackend, cargo } from './run/build.mjs';
import { main, run, step } from './run/command.mjs';
import { install } from './run/install.mjs';
import { requirePrograms } from './run/programs.mjs';

await main(async () => {
  const args = process.argv.slice(2);
  if (args.includes('ciphers')) return await cargo(['run', '--release', '--locked', '--package', 'ciphers']);
  await install();
  if (args.includes('pages')) return await pages();
  const program = args.includes('scale') ? 'fill' : 'peers';
  await requirePrograms('wrk', ...(program === 'peers' ? ['redis-server'] : []));
  await buildBackend();
  await step(`Building ${program}`, () => cargo(['build', '--release', '--locked', '--package', program]));
  await run('node', ['e2e/bench/main.ts', ...args]);
});

async function pages() {
  await build();
  await run('playwright', ['test', '--config', 'e2e/bench/playwright.config.ts'], { env: await chromium() });
}

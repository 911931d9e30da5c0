// `npm run bench`: GET /api/session against a bare Actix handler that answers the same JSON; see docs/benchmarks.md.
// `npm run bench -- --quick` takes half a minute instead of minutes, to see that it works.
import { install } from './machine/install.mjs';
import { redis } from './machine/redis.mjs';
import { wrk } from './machine/wrk.mjs';
import { buildBackend } from './run/build.mjs';
import { cargo } from './run/cargo.mjs';
import { main, run, step } from './run/command.mjs';

await main(async () => {
  await install();
  await wrk();
  await redis();
  await buildBackend();
  await step('Building its peers', () => cargo(['build', '--release', '--locked', '--package', 'peers']));
  await run('node', ['e2e/bench/main.ts', ...process.argv.slice(2)]);
});

// `npm run bench`: GET /api/session against a bare Actix handler that answers the same JSON; see docs/benchmarks.md.
import { install } from './machine/install.mjs';
import { redis } from './machine/redis.mjs';
import { wrk } from './machine/wrk.mjs';
import { build } from './run/build.mjs';
import { cargo } from './run/cargo.mjs';
import { main, run, step } from './run/command.mjs';

await main(async () => {
  await install();
  await wrk();
  await redis();
  await build();
  await step('Building the bare handler', () => cargo(['build', '--release', '--locked', '--example', 'bare']));
  await run('node', ['e2e/bench/main.ts']);
});

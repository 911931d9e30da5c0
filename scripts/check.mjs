// `npm run check`: everything that holds without running the program.
import { install } from './machine/install.mjs';
import { Failure, main } from './run/command.mjs';
import { checks } from './suites/checks.mjs';

await main(async () => {
  await install();
  const { failed } = await checks();
  if (failed > 0) throw new Failure(`${failed} of the checks failed; the lines marked ✗ above say which.`);
});

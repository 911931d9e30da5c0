// `npm run e2e`: only the end-to-end tests. What follows `--` goes to Playwright: npm run e2e -- sign-in --headed
import { install } from './machine/install.mjs';
import { Failure, main } from './run/command.mjs';
import { browser } from './suites/browser.mjs';

await main(async () => {
  await install();
  const { passed, failed } = await browser(process.argv.slice(2));
  if (failed > 0 || passed === 0) throw new Failure(`${passed} passed, ${failed} failed`);
});

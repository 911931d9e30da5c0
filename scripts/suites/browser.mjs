// The end-to-end tests: a real browser, the backend that serves the built single-page app, the local provider;
// and the same through nginx, with three backends on one Redis or on a Redis Cluster.
import { chromium } from '../machine/chromium.mjs';
import { nginx } from '../machine/nginx.mjs';
import { redis } from '../machine/redis.mjs';
import { buildForTests } from '../run/build.mjs';
import { capture } from '../run/command.mjs';
import { testName, withReport } from './report.mjs';

/** Builds what the browser is pointed at and runs Playwright; `args` go to it as they are (files, `-g` and so on). */
export function browser(args = []) {
  return playwright('e2e/playwright.config.ts', args);
}

/** Those of the cluster. */
export async function cluster() {
  await nginx();
  return playwright('e2e/cluster/playwright.config.ts');
}

/** Those of another folder of `e2e`; `env` says where what they need beside is. */
export function testsOf(folder, env) {
  return playwright(`e2e/${folder}/playwright.config.ts`, [], env);
}

async function playwright(configuration, args = [], more = {}) {
  const backend = await buildForTests();
  await redis();
  const browserPath = await chromium();
  return withReport('playwright.json', async (file) => {
    const env = { ...more, ...browserPath, E2E_BACKEND: backend, PLAYWRIGHT_JSON_OUTPUT_FILE: file };
    const config = ['--config', configuration, '--reporter=list,json'];
    const { code } = await capture('playwright', ['test', ...config, ...args], { env, show: true });
    return {
      code,
      count: (report) => {
        const { stats, errors, suites } = JSON.parse(report);
        const failed = stats.unexpected + stats.flaky + errors.length;
        return { passed: stats.expected, failed, ran: suites.flatMap(passedTests) };
      },
    };
  });
}

function passedTests({ specs, suites = [] }) {
  const passed = specs.filter(({ tests }) => tests.some(({ status }) => status === 'expected'));
  return [...passed.map(({ file, title }) => testName(file, title)), ...suites.flatMap(passedTests)];
}

import path from 'node:path';
import { defineConfig } from '@playwright/test';
import { installedChromium } from '../scripts/run/chromium.mjs';
import type { WorkerOptions } from './fixtures/test.ts';

// The flags keep Chromium from calling home; without --no-sandbox it does not start as root.
const quiet = [
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
// Without one on this machine, that of `npx playwright install`. The workers inherit it.
const executablePath = installedChromium();
if (executablePath) process.env.PLAYWRIGHT_CHROMIUM = executablePath;

// Absolute: the configuration of the root is this one.
const testDir = path.join(import.meta.dirname, 'tests');

/** Tests that also run over https, in a browser that binds sessions to its device. */
const OF_BOUND_SESSIONS = [
  'other-tabs',
  'preferences',
  'session-end',
  'sessions',
  'sign-in',
  'sign-out',
  'unavailable',
];

export default defineConfig<object, WorkerOptions>({
  testDir,
  outputDir: path.join(import.meta.dirname, '../test-results'),
  globalSetup: path.join(import.meta.dirname, 'fixtures/require-build.ts'),
  // `npx playwright show-report` shows it, with the traces of failed tests.
  reporter: [['list'], ['html', { open: 'never' }]],
  projects: [
    { name: 'chromium' },
    {
      name: 'device-bound',
      testMatch: OF_BOUND_SESSIONS.map((name) => path.join(testDir, `${name}.spec.ts`)),
      use: { connection: 'device-bound', ignoreHTTPSErrors: true },
    },
  ],
  fullyParallel: true,
  // Each worker runs a backend and a provider of its own.
  workers: 3,
  // A test that passes the second time has found something.
  retries: 0,
  forbidOnly: Boolean(process.env.CI),
  // Room for a machine that has other things to do.
  timeout: 180_000,
  expect: { timeout: 30_000 },
  // Writes a picture into docs/, so only when asked for: README_PICTURE=on npm run e2e -- readme-picture
  testIgnore: process.env.README_PICTURE ? [] : ['readme-picture.spec.ts'],
  use: {
    // Without its film, and without the pages unless asked for (TRACE=on npm run e2e): they take much of the machine.
    trace: { mode: 'retain-on-failure', screenshots: false, snapshots: Boolean(process.env.TRACE) },
    launchOptions: {
      ...(executablePath && { executablePath }),
      args: process.getuid?.() === 0 ? ['--no-sandbox', ...quiet] : quiet,
    },
  },
});

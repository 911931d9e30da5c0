import { defineConfig } from '@playwright/test';
import base from '../playwright.config.ts';

// What ends in .test.ts here is not Playwright's.
export default defineConfig({
  ...base,
  testDir: '.',
  testMatch: '*.spec.ts',
  outputDir: '../../test-results',
  workers: 1,
});

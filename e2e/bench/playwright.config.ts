import { defineConfig } from '@playwright/test';
import base from '../playwright.config.ts';

// Files that end in .test.ts are not Playwright's.
export default defineConfig({
  ...base,
  testDir: '.',
  testMatch: '*.spec.ts',
  outputDir: '../../test-results',
  workers: 1,
});

import { defineConfig } from '@playwright/test';
import base from '../playwright.config.ts';

// Playwright runs these tests; the browsers are driven without it.
export default defineConfig(base, { testDir: '.', workers: 1 });

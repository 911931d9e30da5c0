import { defineConfig } from '@playwright/test';
import base from '../playwright.config.ts';

// Each test runs seven processes of its own beside the browser.
export default defineConfig({ ...base, testDir: '.', outputDir: '../../test-results', workers: 2 });

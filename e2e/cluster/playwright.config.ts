import { defineConfig } from '@playwright/test';
import base from '../playwright.config.ts';

// Each test runs six processes of its own beside the browser, eleven with a Redis Cluster.
export default defineConfig({ ...base, testDir: '.', outputDir: '../../test-results', workers: 2 });

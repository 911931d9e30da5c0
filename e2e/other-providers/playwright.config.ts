import { defineConfig } from '@playwright/test';
import base from '../playwright.config.ts';

// Servers of others, which take their time.
export default defineConfig(base, { testDir: '.', workers: 1, timeout: 300_000 });

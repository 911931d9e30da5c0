import { defineConfig } from '@playwright/test';
import base from '../cluster/playwright.config.ts';

// Each test starts six nodes one after the other, under load, and waits for tokens to be renewed at each of them.
export default defineConfig({ ...base, testDir: '.', timeout: 300_000 });

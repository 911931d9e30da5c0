// For `npx playwright test` in this folder.
export { default } from './e2e/playwright.config.ts';

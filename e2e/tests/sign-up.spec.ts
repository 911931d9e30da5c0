import type { Page } from '@playwright/test';
import { looksRight } from '../fixtures/looks.ts';
import { expect, test } from '../fixtures/test.ts';

test.use({ expectedFailures: ['401 /api/session'] });

async function createsAccount(page: Page, tenant?: string): Promise<void> {
  if (tenant) await page.getByLabel('Tenant').fill(tenant);
  await page.getByLabel('Name').fill('Mary Somerville');
  await page.getByLabel('Email').fill('mary@somerville.example');
  await page.getByRole('button', { name: 'Create account' }).click();
  // The new user signs in, at a page that knows the email.
  await expect(page.getByLabel('Email')).toHaveValue('mary@somerville.example');
  await page.getByLabel('Password').fill('wristband');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page.getByText('Signed in as Mary Somerville')).toBeVisible();
}

test('a new user creates an account and a tenant from the start page', async ({ page }, testInfo) => {
  await page.goto('/');
  await page.getByRole('link', { name: 'Create account' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Create an account' })).toBeVisible();
  await looksRight(page, 'provider: sign up', testInfo);
  await createsAccount(page, 'somerville');
});

test('a link to the sign-up of a tenant ends on its page', async ({ page }) => {
  await page.goto('/api/auth/login?tenant_name=acme&prompt=create&return_url=/session');
  await expect(page.getByRole('heading', { level: 1, name: 'Create an account at Acme' })).toBeVisible();
  await createsAccount(page);
});

import { expect, type Page } from '@playwright/test';
import { ada, type ForeignProvider } from './provider.ts';

/** From the home page of the application at `url` to the first page after sign-in. */
export async function signIn(page: Page, url: string, provider: ForeignProvider): Promise<void> {
  await page.goto(url);
  const way = page.getByRole('region', { name: 'Sign in' });
  await expect(way.getByLabel('Tenant')).toHaveCount(0);
  await way.getByRole('link', { name: 'Sign in' }).click();
  await provider.signIn(page);
  await expect(page.getByText(ada.email).first()).toBeVisible();
}

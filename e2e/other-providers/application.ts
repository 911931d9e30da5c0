import type { Page } from '@playwright/test';
import { Backend } from '../fixtures/backend.ts';
import { freePort } from '../fixtures/process.ts';
import { temporaryFolder } from '../fixtures/temporary-folder.ts';
import type { ForeignProvider } from './provider.ts';

/** The application, registered at this provider. */
export async function application(provider: ForeignProvider, settings: Record<string, string> = {}) {
  await using starting = new AsyncDisposableStack();
  const folder = starting.use(await temporaryFolder());
  const port = await freePort();
  const url = `http://localhost:${port}`;
  const registered = await provider.register(url);
  const place = { port, providerPort: 1, dataDir: folder.path };
  const backend = new Backend({ ...place, settings: { ...registered, ...settings } });
  starting.defer(() => backend.stop());
  await backend.start();
  const started = starting.move();
  return { url, backend, issuer: registered.OIDC_ISSUER, [Symbol.asyncDispose]: () => started.disposeAsync() };
}

/** As the page's own requests would: with its cookies. */
export async function get(page: Page, url: string) {
  const answer = await page.request.get(url, { headers: { 'sec-fetch-site': 'same-origin' } });
  return { status: answer.status(), body: await answer.json() };
}

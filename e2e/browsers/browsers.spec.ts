import { test } from '@playwright/test';
import { Backend } from '../fixtures/backend.ts';
import { freePort } from '../fixtures/process.ts';
import { Provider } from '../fixtures/provider.ts';
import { temporaryFolder } from '../fixtures/temporary-folder.ts';
import { button, field, heading } from './browser.ts';
import { Firefox } from './firefox.ts';
import { WebKit } from './webkit.ts';

const { BROWSERS_FIREFOX, BROWSERS_WEBKIT } = process.env;
const BROWSERS = {
  Firefox: BROWSERS_FIREFOX && (() => Firefox.open(BROWSERS_FIREFOX)),
  WebKit: BROWSERS_WEBKIT && WebKit.open,
};

for (const [name, open] of Object.entries(BROWSERS)) {
  test(`${name} on http: a sign-in outlives a reload, and ends with the sign-out`, async () => {
    if (!open) return test.skip(true, `${name} is not on this machine`);
    await using app = await application();
    await using browser = await open();
    await browser.goto(app.url);
    await browser.click("//summary[.='Use another tenant']");
    await browser.type(field('Tenant'), 'acme');
    await browser.click(button('Sign in'));
    await browser.type(field('Email'), 'ada@acme.example');
    await browser.type(field('Password'), 'wristband');
    await browser.click(button('Sign in'));
    await browser.sees(heading(1, 'Your session'));
    await browser.reload();
    await browser.sees(heading(1, 'Your session'));
    await browser.click(button('Sign out'));
    await browser.sees(heading(2, 'Sign in'));
  });
}

async function application() {
  await using starting = new AsyncDisposableStack();
  const { path: dataDir } = starting.use(await temporaryFolder());
  const [port, providerPort] = [await freePort(), await freePort()];
  const backend = new Backend({ port, providerPort, dataDir, settings: {} });
  const provider = new Provider({ port: providerPort, appUrl: backend.url, dataDir });
  for (const server of [provider, backend]) {
    starting.defer(() => server.stop());
    await server.start();
  }
  const started = starting.move();
  return { url: backend.url, [Symbol.asyncDispose]: () => started.disposeAsync() };
}

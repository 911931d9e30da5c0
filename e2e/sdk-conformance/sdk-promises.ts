import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { Browser, type Page } from '../fixtures/form-browser.ts';
import { freePort } from '../fixtures/process.ts';
import { type RunningProvider, startProvider } from '../local-provider/server.ts';
import { type HttpsFront, startHttpsFront } from './https-front.ts';
import { RelyingParty } from './relying-party.ts';

/** A promise that only one of the SDKs can put to the test. */
type ExtraPromise = (given: { appUrl: string; accessToken: string }) => Promise<void>;

export interface SdkApp {
  close(): Promise<void>;
}

export interface SdkEnvironment {
  appUrl: string;
  vanityDomain: string;
  certificateFile: string;
}

/** Responses of `GET /api/session` and `/api/refresh` of applications that are built on the SDKs. */
interface SdkSession {
  email: string;
  tenantName: string;
  tenantCustomDomain: string | null;
  accessToken: string;
  refreshToken: string;
}

/** One way through everything that Wristband's server SDKs ask of Wristband; each of them has to come through. */
export function sdkPromises(
  sdk: string,
  startApp: (environment: SdkEnvironment) => Promise<SdkApp>,
  extraPromises: { [promise: string]: ExtraPromise } = {},
): void {
  describe(`${sdk}, unmodified,`, () => {
    let front: HttpsFront;
    let provider: RunningProvider;
    let app: SdkApp;
    let appUrl: string;
    let dataDir: string;
    let relyingParty: RelyingParty;

    before(async () => {
      dataDir = await mkdtemp(join(tmpdir(), 'sdk-conformance-'));
      appUrl = `http://localhost:${await freePort()}`;
      front = await startHttpsFront();
      provider = await startProvider({ issuer: front.url, appUrls: [appUrl], dataDir });
      front.forwardTo(provider.url);
      relyingParty = new RelyingParty(front.url);
      const { certificateFile } = front;
      app = await startApp({ appUrl, vanityDomain: new URL(front.url).host, certificateFile });
    });

    after(async () => {
      await app?.close();
      await provider?.close();
      await front?.close();
      await rm(dataDir, { recursive: true });
    });

    const login = (browser: Browser, query: string) => browser.open(`${appUrl}/api/auth/login?${query}`);
    const session = async (browser: Browser, path = '/api/session'): Promise<SdkSession> =>
      JSON.parse((await browser.open(appUrl + path)).body);

    async function signIn(browser: Browser, email: string, query: string): Promise<Page> {
      const form = await login(browser, query);
      return browser.submit(form, { email, password: 'wristband' });
    }

    test('signs a user in on the tenant host and reads who it is', async () => {
      const browser = new Browser();
      const page = await signIn(browser, 'ada@acme.example', 'tenant_name=acme&tenant_domain=acme');
      assert.equal(page.url.href, `${appUrl}/api/session`);
      const { email, tenantName, accessToken, refreshToken } = JSON.parse(page.body) as SdkSession;
      assert.deepEqual([email, tenantName], ['ada@acme.example', 'acme']);
      assert.ok(accessToken && refreshToken);
    });

    test('sends the user to the application-level login when no tenant is known, and comes back with one', async () => {
      const browser = new Browser();
      const page = await login(browser, '');
      assert.equal(page.url.origin + page.url.pathname, `${front.url}/login`);
      const chosen = await browser.open(`${page.url}&tenant_name=acme`);
      assert.equal(chosen.url.host, `acme.${new URL(front.url).host}`);
      assert.match(chosen.body, /Sign in to Acme/);
    });

    test('signs a user in on a tenant custom domain', async () => {
      const browser = new Browser();
      const customDomain = `login.globex.${new URL(front.url).host}`;
      await signIn(browser, 'grace@globex.example', `tenant_custom_domain=${customDomain}`);
      const { email, tenantCustomDomain } = await session(browser);
      assert.deepEqual([email, tenantCustomDomain], ['grace@globex.example', customDomain]);
    });

    test('refreshes the tokens', async () => {
      const browser = new Browser();
      await signIn(browser, 'ada@acme.example', 'tenant_name=acme&tenant_domain=acme');
      const before = await session(browser);
      const refreshed = await session(browser, '/api/refresh');
      assert.notEqual(refreshed.accessToken, before.accessToken);
      assert.notEqual(refreshed.refreshToken, before.refreshToken);
      assert.equal((await relyingParty.userinfo(refreshed.accessToken)).status, 200);
    });

    test('revokes the refresh token and ends the provider session on logout', async () => {
      const browser = new Browser();
      await signIn(browser, 'ada@acme.example', 'tenant_name=acme&tenant_domain=acme');
      const { refreshToken } = await session(browser);
      const form = await browser.open(`${appUrl}/api/auth/logout`);
      assert.match(form.body, /Sign in to Acme/, 'after logout the next login asks for credentials');
      assert.equal((await relyingParty.refresh(refreshToken)).status, 400);
    });

    for (const [promise, holds] of Object.entries(extraPromises)) {
      test(promise, async () => {
        const browser = new Browser();
        await signIn(browser, 'ada@acme.example', 'tenant_name=acme&tenant_domain=acme');
        const { accessToken } = await session(browser);
        await holds({ appUrl, accessToken });
      });
    }
  });
}

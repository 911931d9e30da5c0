import { generateKeyPairSync } from 'node:crypto';
import { copyFile, cp, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { answers, freePort, ServerProcess } from '../fixtures/process.ts';
import { temporaryFolder } from '../fixtures/temporary-folder.ts';
import {
  glewlwydConfiguration,
  openIdPlugin,
  PAGES,
  PAGES_CONFIGURATION,
  SCHEMA,
  SESSION_COOKIE,
} from './glewlwyd-settings.ts';
import { ada, type ForeignProvider } from './provider.ts';

/** Not letters and digits only: Glewlwyd takes a secret as it is, and not as RFC 6749 encodes it. */
const SECRET = 's3cret+of%this/test';

/** Signs with this kind of key. */
export type Signature = 'ES256' | 'EdDSA';

/** Debian's Glewlwyd: an issuer with a path, no scope offline_access, back-channel logout with `sid`. */
export async function glewlwyd(
  signature: Signature,
  { resource }: { resource?: string } = {},
): Promise<ForeignProvider> {
  const folder = await temporaryFolder();
  const port = await freePort();
  const url = `http://localhost:${port}`;
  const database = path.join(folder.path, 'glewlwyd.sqlite');
  await createDatabase(database);
  const pages = path.join(folder.path, 'pages');
  // Debian's link to the pages' own configuration leads to a folder.
  await cp(PAGES, pages, { recursive: true, dereference: true, filter: (file) => !file.endsWith('/config.json') });
  await copyFile(PAGES_CONFIGURATION, path.join(pages, 'config.json'));
  await writeFile(path.join(folder.path, 'glewlwyd.conf'), glewlwydConfiguration(port, database, pages));
  const server = new ServerProcess({
    name: 'Glewlwyd',
    file: 'glewlwyd',
    args: ['--config-file', 'glewlwyd.conf'],
    cwd: folder.path,
    env: {},
    isReady: () => answers(`${url}/config`),
  });
  await server.start();
  const admin = await session(url, 'admin', 'password');
  await admin('POST', '/mod/plugin/', openIdPlugin(url, signingKey(signature), resource));
  await admin('PUT', '/scope/openid', { display_name: 'Open ID', description: 'Open ID', password_required: true });
  const user = { username: ada.userName, ...ada, enabled: true, scope: ['openid', 'g_profile'] };
  await admin('POST', '/user/', user);

  return {
    async register(app) {
      await admin('POST', '/client/', {
        client_id: 'sessions',
        name: 'Sessions',
        enabled: true,
        confidential: true,
        client_secret: SECRET,
        token_endpoint_auth_method: ['client_secret_basic'],
        authorization_type: ['code', 'refresh_token'],
        scope: ['openid'],
        redirect_uri: [`${app}/api/auth/callback`],
        post_logout_redirect_uri: `${app}/signed-out`,
        post_logout_redirect_uris: [`${app}/signed-out`],
        backchannel_logout_uri: `${app}/api/auth/backchannel-logout`,
        backchannel_logout_session_required: 'yes',
      });
      // The consent that Ada would be asked for at her first sign-in.
      const adas = await session(url, ada.userName, ada.password);
      await adas('PUT', '/auth/grant/sessions', { scope: 'openid' });
      return {
        OIDC_ISSUER: `${url}/api/oidc`,
        OIDC_CLIENT_AUTH: 'basic-plain',
        OIDC_LOGOUT_TOKENS: 'lenient',
        CLIENT_ID: 'sessions',
        CLIENT_SECRET: SECRET,
      };
    },
    async signIn(page) {
      await page.locator('#username').fill(ada.userName);
      await page.locator('#password').fill(ada.password);
      await page.locator('#loginbut').click();
      await page.getByRole('button', { name: 'Continue' }).click();
    },
    async signInAgain(page) {
      // Its script reads its session first, and then forgets what was typed.
      await page.waitForLoadState('networkidle');
      await page.locator('#password').fill(ada.password);
      await page.locator('#loginbut').click();
      await page.getByRole('button', { name: 'Continue' }).click();
    },
    async agree(page) {
      await page.getByRole('button', { name: 'Continue' }).click();
    },
    async agreeToSignOut(page) {
      await page.getByRole('button', { name: 'Logout' }).click();
    },
    async signOutThere(page) {
      const cookies = await page.context().cookies(url);
      const sid = cookies.find(({ name }) => name === SESSION_COOKIE)?.value ?? '';
      const query = new URLSearchParams({ prompt: 'end_session', plugin: 'oidc', client_id: 'sessions', sid });
      await page.goto(`${url}/login.html?${query}`);
      await page.getByRole('button', { name: 'Logout' }).click();
    },
    async [Symbol.asyncDispose]() {
      await server.stop();
      await folder.remove();
    },
  };
}

async function createDatabase(file: string): Promise<void> {
  const { DatabaseSync } = await import('node:sqlite');
  const database = new DatabaseSync(file);
  // Debian's schema has only this property's name of before.
  const list = '"post_logout_redirect_uris":{"multiple":true,"read":true,"write":true}';
  const schema = (await readFile(SCHEMA, 'utf8')).replaceAll('"post_logout_redirect_uri":', `${list},$&`);
  // One transaction: each of the hundreds of statements would wait for the disk otherwise.
  database.exec(`BEGIN;${schema};COMMIT`);
  database.close();
}

function signingKey(signature: Signature): Record<string, unknown> {
  const { privateKey } =
    signature === 'EdDSA' ? generateKeyPairSync('ed25519') : generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return { ...privateKey.export({ format: 'jwk' }), kid: 'key-1', alg: signature, use: 'sig' };
}

/** Signs in at Glewlwyd's own API and gives a function that calls it. */
async function session(url: string, username: string, password: string) {
  const signedIn = await fetch(`${url}/api/auth/`, json('POST', { username, password }));
  const cookie = signedIn.headers
    .getSetCookie()
    .map((line) => line.split(';')[0])
    .join('; ');
  return async (method: string, at: string, body: unknown): Promise<void> => {
    const answer = await fetch(`${url}/api${at}`, json(method, body, { cookie }));
    if (!answer.ok) throw new Error(`Glewlwyd answers ${answer.status} to ${method} ${at}: ${await answer.text()}`);
  };
}

function json(method: string, body: unknown, headers: Record<string, string> = {}): RequestInit {
  return { method, body: JSON.stringify(body), headers: { 'content-type': 'application/json', ...headers } };
}

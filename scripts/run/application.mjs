// Settings of the application, and its services: the backend and the local provider.
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import util from 'node:util';
import { Failure } from './command.mjs';
import { root } from './processes.mjs';
import { service } from './services.mjs';

const TEST_USERS = ['ada@acme.example', 'alan@acme.example', 'grace@globex.example'];
const TEST_PASSWORD = 'wristband';

/** Reads the settings that the commands need. The environment overrides `.env`, as in the backend. */
export function settings(folder = root) {
  // An empty variable counts as unset, as in the backend.
  const environment = Object.entries(process.env).filter(([, value]) => value);
  const env = { ...dotenv(folder), ...Object.fromEntries(environment) };
  const port = env.PORT || '6001';
  const publicUrl = env.PUBLIC_URL || `http://localhost:${port}`;
  const providerPort = env.PROVIDER_PORT || '6100';
  const providerUrl = `http://localhost:${providerPort}`;
  const usesLocalProvider = !env.CLIENT_ID && !env.OIDC_ISSUER;
  const ordersPort = env.PROVIDER_ORDERS_PORT || '6101';
  return {
    ...{ port, publicUrl, providerPort, providerUrl },
    usesLocalProvider,
    ordersPort,
    // The API that comes with the local provider, unless the user's own is configured.
    ordersUrl: usesLocalProvider && !env.API_ORDERS_URL ? `http://localhost:${ordersPort}` : undefined,
    // The demo shows the list of devices, which sessions in cookies do not have.
    store: env.SESSION_STORE || 'sqlite',
    openIdIssuer: env.OIDC_ISSUER,
    // Both can be set for a proxy before the provider, or for several applications.
    issuer: env.PROVIDER_ISSUER || providerUrl,
    appUrls: env.PROVIDER_APP_URLS || publicUrl,
  };
}

/** Returns the ports that must be free, by the variables that set them. */
export function portsOf({ port, usesLocalProvider, providerPort, ordersPort }) {
  const ofProvider = { PROVIDER_PORT: providerPort, PROVIDER_ORDERS_PORT: ordersPort };
  return { PORT: port, ...(usesLocalProvider && ofProvider) };
}

/** Starts the local provider, a stand-in for Wristband, with the orders, an API for the session page to call. */
export function provider({ providerPort, providerUrl, issuer, appUrls, ordersPort }) {
  const env = {
    ...{ PROVIDER_PORT: providerPort, PROVIDER_ISSUER: issuer, PROVIDER_APP_URLS: appUrls },
    PROVIDER_ORDERS_PORT: ordersPort,
    // For the experiments on the session page: tokens are refreshed soon, and can be made larger.
    ...{ PROVIDER_ACCESS_TOKEN_TTL: '30', PROVIDER_TEST_CONTROLS: 'on' },
  };
  return service('provider', 'node', ['e2e/local-provider/main.ts'], { url: `${providerUrl}/healthz`, env });
}

/** Starts the backend, which reads `.env` itself; `binary` is relative to the root. */
export function backend(binary, { port, publicUrl, usesLocalProvider, issuer, store, ordersUrl }) {
  const orders = ordersUrl && { API_ORDERS_URL: `${ordersUrl}/orders`, API_ORDERS_RESOURCE: ordersUrl };
  const vanityDomain = usesLocalProvider ? { APPLICATION_VANITY_DOMAIN: new URL(issuer).host } : {};
  return service('backend', path.join(root, binary), [], {
    url: `http://localhost:${port}/healthz`,
    env: { PORT: port, PUBLIC_URL: publicUrl, SESSION_STORE: store, ...vanityDomain, ...orders },
  });
}

/** Returns the text that is printed once everything runs. */
export function welcome(app) {
  return `\n    Open ${app.publicUrl}\n${signIn(app)}${sessions(app)}\n    Ctrl-C ends everything.\n`;
}

function signIn({ publicUrl, usesLocalProvider, openIdIssuer }) {
  if (usesLocalProvider) {
    const users = TEST_USERS.map((user) => `      ${user}`).join('\n');
    return `\n    Sign in with password ${TEST_PASSWORD} as\n${users}\n`;
  }
  if (!openIdIssuer) return '';
  return `\n    Sign in at ${openIdIssuer}\n    It must know the redirect URI ${publicUrl}/api/auth/callback\n`;
}

/** Names the other kind of storage, which the session page compares with this one. */
function sessions({ store }) {
  return store === 'cookie'
    ? '\n    Sessions are in cookies; on the server with SESSION_STORE=sqlite npm start\n'
    : `\n    Sessions are on the server (${store}); in cookies with SESSION_STORE=cookie npm start\n`;
}

function dotenv(folder) {
  // Wristband's own demos keep it there.
  if (existsSync(path.join(folder, 'backend', '.env'))) {
    throw new Failure('backend/.env is not read. Move it to the root of the repository: mv backend/.env .env');
  }
  const file = path.join(folder, '.env');
  return existsSync(file) ? util.parseEnv(readFileSync(file, 'utf8')) : {};
}

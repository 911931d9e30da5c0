// How the parts of the application are started, and the addresses that follow from the settings.
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import util from 'node:util';
import { Failure } from './command.mjs';
import { root } from './processes.mjs';
import { service } from './services.mjs';

const TEST_USERS = ['ada@acme.example', 'alan@acme.example', 'grace@globex.example'];
const TEST_PASSWORD = 'wristband';

/** Reads the settings that the commands themselves need: the environment wins over `.env`, as in the backend. */
export function settings(folder = root) {
  const env = { ...dotenv(folder), ...process.env };
  const port = env.PORT || '6001';
  const publicUrl = env.PUBLIC_URL || `http://localhost:${port}`;
  const providerPort = env.PROVIDER_PORT || '6100';
  const providerUrl = `http://localhost:${providerPort}`;
  return {
    ...{ port, publicUrl, providerPort, providerUrl },
    usesLocalProvider: !env.CLIENT_ID && !env.OIDC_ISSUER,
    openIdIssuer: env.OIDC_ISSUER,
    // These two differ where a proxy stands before the provider, or several applications use it.
    issuer: env.PROVIDER_ISSUER || providerUrl,
    appUrls: env.PROVIDER_APP_URLS || publicUrl,
  };
}

/** The local stand-in for Wristband. */
export function provider({ providerPort, issuer, appUrls }) {
  const env = {
    ...{ PROVIDER_PORT: providerPort, PROVIDER_ISSUER: issuer, PROVIDER_APP_URLS: appUrls },
    // For the experiments on the session page: a renewal is seen soon, and tokens may be made larger.
    ...{ PROVIDER_ACCESS_TOKEN_TTL: '60', PROVIDER_TEST_CONTROLS: 'on' },
  };
  return service('provider', 'node', ['e2e/provider/main.ts'], { env });
}

/** The backend; `binary` is relative to the root, and `.env` is read by the backend itself. */
export function backend(binary, { port, publicUrl, usesLocalProvider, issuer }) {
  const vanityDomain = usesLocalProvider ? { APPLICATION_VANITY_DOMAIN: new URL(issuer).host } : {};
  return service('backend', path.join(root, binary), [], {
    env: { PORT: port, PUBLIC_URL: publicUrl, ...vanityDomain },
  });
}

/** What a person needs to know once everything runs. */
export function welcome(app) {
  return `\n    Open ${app.publicUrl}\n${signIn(app)}\n    Ctrl-C ends everything.\n`;
}

function signIn({ publicUrl, usesLocalProvider, openIdIssuer }) {
  if (usesLocalProvider) {
    const users = TEST_USERS.map((user) => `      ${user}`).join('\n');
    return `\n    Sign in with password ${TEST_PASSWORD} as\n${users}\n`;
  }
  if (!openIdIssuer) return '';
  return `\n    Sign in at ${openIdIssuer}\n    It must know the redirect URI ${publicUrl}/api/auth/callback\n`;
}

function dotenv(folder) {
  // Where Wristband's own demos keep theirs; to pass over it in silence would leave people guessing.
  if (existsSync(path.join(folder, 'backend', '.env'))) {
    throw new Failure('backend/.env is not read. Move it to the root of the repository: mv backend/.env .env');
  }
  const file = path.join(folder, '.env');
  return existsSync(file) ? util.parseEnv(readFileSync(file, 'utf8')) : {};
}

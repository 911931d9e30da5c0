// How the parts of the application are started, and the addresses that follow from PORT, PUBLIC_URL and PROVIDER_PORT.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { root } from './processes.mjs';
import { service } from './services.mjs';

const TEST_USERS = ['ada@acme.example', 'alan@acme.example', 'grace@globex.example'];
const TEST_PASSWORD = 'wristband';

/** Reads the settings that the commands themselves need: the environment wins over `.env`, as in the backend. */
export function settings() {
  const env = { ...dotenv(), ...process.env };
  const port = env.PORT || '6001';
  const providerPort = env.PROVIDER_PORT || '6100';
  return {
    port,
    publicUrl: env.PUBLIC_URL || `http://localhost:${port}`,
    usesLocalProvider: !env.CLIENT_ID,
    providerPort,
    providerUrl: `http://localhost:${providerPort}`,
  };
}

/** The local stand-in for Wristband. */
export function provider({ providerPort, providerUrl, publicUrl }) {
  const env = { PROVIDER_PORT: providerPort, PROVIDER_ISSUER: providerUrl, PROVIDER_APP_URLS: publicUrl };
  return service('provider', 'node', ['e2e/provider/main.ts'], { env });
}

/** The backend; `binary` is relative to the root, and `.env` is read by the backend itself. */
export function backend(binary, { port, publicUrl, usesLocalProvider, providerPort }) {
  const vanityDomain = usesLocalProvider ? { APPLICATION_VANITY_DOMAIN: `localhost:${providerPort}` } : {};
  return service('backend', path.join(root, binary), [], {
    env: { PORT: port, PUBLIC_URL: publicUrl, ...vanityDomain },
  });
}

/** What a person needs to know once everything runs. */
export function welcome({ publicUrl, usesLocalProvider }) {
  const users = TEST_USERS.map((user) => `      ${user}`).join('\n');
  const signIn = usesLocalProvider ? `\n    Sign in with password ${TEST_PASSWORD} as\n${users}\n` : '';
  return `\n    Open ${publicUrl}\n${signIn}\n    Ctrl-C ends everything.\n`;
}

function dotenv() {
  let text;
  try {
    text = readFileSync(path.join(root, '.env'), 'utf8');
  } catch {
    return {};
  }
  const lines = text.matchAll(/^\s*(?:export\s+)?([A-Z_]+)\s*=\s*(?:"([^"\n]*)"|'([^'\n]*)'|([^#\n]*))/gm);
  return Object.fromEntries(
    [...lines].map(([, name, double, single, bare]) => [name, double ?? single ?? bare.trim()]),
  );
}

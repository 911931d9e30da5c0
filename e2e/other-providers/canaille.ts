import { execFile } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { answers, freePort, ServerProcess } from '../fixtures/process.ts';
import { temporaryFolder } from '../fixtures/temporary-folder.ts';
import { ada, type ForeignProvider, TOKEN_SECONDS } from './provider.ts';

/** Canaille: registers its client by itself, dates with fractions, a refresh token no older than its access token. */
export async function canaille(): Promise<ForeignProvider> {
  const program = process.env.PROVIDERS_CANAILLE;
  if (!program) throw new Error('npm test -- providers says where Canaille is');
  const folder = await temporaryFolder();
  const port = await freePort();
  const url = `http://localhost:${port}`;
  const configuration = path.join(folder.path, 'canaille.toml');
  await writeFile(configuration, toml(port, path.join(folder.path, 'canaille.sqlite')));
  const env = { CANAILLE_CONFIG: configuration };
  const run = (...args: string[]) =>
    promisify(execFile)(program, args, { cwd: folder.path, env: { ...process.env, ...env } });
  await run('install');
  const [givenName = '', familyName = ''] = ada.name.split(' ');
  const names = ['--given-name', givenName, '--family-name', familyName, '--formatted-name', ada.name];
  await run('create', 'user', '--user-name', ada.userName, '--password', ada.password, '--emails', ada.email, ...names);
  const server = new ServerProcess({
    name: 'Canaille',
    file: program,
    args: ['run', '--bind', `127.0.0.1:${port}`],
    cwd: folder.path,
    env,
    isReady: () => answers(`${url}/.well-known/openid-configuration`),
  });
  await server.start();

  return {
    async register(app) {
      const metadata = await (await fetch(`${url}/.well-known/openid-configuration`)).json();
      const answer = await fetch(metadata.registration_endpoint, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({
          client_name: 'Sessions',
          client_uri: app,
          redirect_uris: [`${app}/api/auth/callback`],
          post_logout_redirect_uris: [`${app}/signed-out`],
          grant_types: ['authorization_code', 'refresh_token'],
          response_types: ['code'],
          scope: 'openid profile email',
          token_endpoint_auth_method: 'client_secret_basic',
        }),
      });
      const registered = await answer.json();
      if (!answer.ok) throw new Error(`Canaille answers ${answer.status}: ${JSON.stringify(registered)}`);
      return { OIDC_ISSUER: url, CLIENT_ID: registered.client_id, CLIENT_SECRET: registered.client_secret };
    },
    async signIn(page) {
      await page.locator('[name=login]').fill(ada.userName);
      await page.locator('[name=login]').press('Enter');
      await page.locator('[name=password]').fill(ada.password);
      await page.locator('[name=password]').press('Enter');
    },
    async signInAgain(page) {
      await page.locator('[name=password]').fill(ada.password);
      await page.locator('[name=password]').press('Enter');
    },
    async agree() {},
    async agreeToSignOut() {},
    async [Symbol.asyncDispose]() {
      await server.stop();
      await folder.remove();
    },
  };
}

function toml(port: number, database: string): string {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const key = Object.entries({ ...privateKey.export({ format: 'jwk' }), kid: 'key-1', use: 'sig', alg: 'RS256' });
  return `
SECRET_KEY = "of this test only"
SERVER_NAME = "localhost:${port}"
PREFERRED_URL_SCHEME = "http"
OAUTH2_TOKEN_EXPIRES_IN = { authorization_code = ${TOKEN_SECONDS}, refresh_token = ${TOKEN_SECONDS} }
[CANAILLE]
DATABASE = "sql"
[CANAILLE_SQL]
DATABASE_URI = "sqlite:///${database}"
[CANAILLE_OIDC]
DYNAMIC_CLIENT_REGISTRATION_OPEN = true
TRUSTED_DOMAINS = ["localhost"]
[[CANAILLE_OIDC.ACTIVE_JWKS]]
${key.map(([name, value]) => `${name} = "${value}"`).join('\n')}
`;
}

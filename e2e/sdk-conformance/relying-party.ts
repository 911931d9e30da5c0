import { createHash, randomBytes } from 'node:crypto';
import { Browser, type Page } from './browser.ts';

const CALLBACK = 'http://localhost:6001/api/auth/callback'; // registered by default; nothing has to listen there

export interface Tokens {
  access_token: string;
  id_token: string;
  refresh_token: string;
  expires_in: number;
  scope: string;
}

/** A bare OpenID Connect client, to look at what the provider itself answers, with no SDK in between. */
export class RelyingParty {
  readonly #provider: string;
  readonly browser: Browser;

  constructor(provider: string, browser = new Browser()) {
    this.#provider = provider;
    this.browser = browser;
  }

  /** Opens the authorization endpoint on a tenant host and stops at the callback or at a page of the provider. */
  async authorize(
    host: string,
    parameters: { [name: string]: string } = {},
  ): Promise<{ page: Page; verifier: string }> {
    const verifier = randomBytes(32).toString('base64url');
    const query = new URLSearchParams({
      client_id: 'local-client',
      redirect_uri: CALLBACK,
      response_type: 'code',
      scope: 'openid offline_access email profile roles',
      state: 'some-state',
      nonce: 'some-nonce',
      code_challenge: createHash('sha256').update(verifier).digest('base64url'),
      code_challenge_method: 'S256',
      ...parameters,
    });
    const { port } = new URL(this.#provider);
    return {
      page: await this.browser.open(`http://${host}:${port}/api/v1/oauth2/authorize?${query}`, {
        stopBefore: isCallback,
      }),
      verifier,
    };
  }

  submit(page: Page, email: string, password = 'wristband', action = 'sign-in'): Promise<Page> {
    return this.browser.submit(page, { email, password, action }, { stopBefore: isCallback });
  }

  /** The whole way to tokens for a user who is not signed in at the provider yet. */
  async signIn(email: string, host: string, parameters: { [name: string]: string } = {}): Promise<Tokens> {
    const { page, verifier } = await this.authorize(host, parameters);
    const code = callbackOf(await this.submit(page, email)).get('code') ?? '';
    const response = await this.token({
      grant_type: 'authorization_code',
      code,
      redirect_uri: CALLBACK,
      code_verifier: verifier,
    });
    return (await response.json()) as Tokens;
  }

  token(form: { [field: string]: string }): Promise<Response> {
    return this.#post('/api/v1/oauth2/token', form);
  }

  refresh(refreshToken: string): Promise<Response> {
    return this.token({ grant_type: 'refresh_token', refresh_token: refreshToken });
  }

  revoke(token: string): Promise<Response> {
    return this.#post('/api/v1/oauth2/revoke', { token });
  }

  userinfo(accessToken: string): Promise<Response> {
    return fetch(`${this.#provider}/api/v1/oauth2/userinfo`, { headers: { authorization: `Bearer ${accessToken}` } });
  }

  /** A test control; `GET` without a body. */
  control(name: string, body?: unknown): Promise<Response> {
    return fetch(
      `${this.#provider}/__test/${name}`,
      body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) },
    );
  }

  #post(path: string, form: { [field: string]: string }): Promise<Response> {
    const authorization = `Basic ${btoa('local-client:local-secret')}`;
    return fetch(this.#provider + path, {
      method: 'POST',
      headers: { authorization },
      body: new URLSearchParams(form),
    });
  }
}

/** The parameters of the callback a redirect leads to. */
export function callbackOf(page: Page): URLSearchParams {
  const { location } = page.headers;
  if (!location?.startsWith(CALLBACK))
    throw new Error(`no callback from ${page.url}: ${page.status} ${location ?? page.body}`);
  return new URL(location).searchParams;
}

function isCallback(target: URL): boolean {
  return target.href.startsWith(CALLBACK);
}

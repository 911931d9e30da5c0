import { createHash, randomBytes } from 'node:crypto';
import { Browser, type Page } from '../fixtures/form-browser.ts';

export interface Tokens {
  access_token: string;
  id_token: string;
  refresh_token: string;
  expires_in: number;
}

/** A bare OpenID Connect client, to see what the provider itself answers. Nothing listens at its callback. */
export class RelyingParty {
  readonly #provider: string;
  readonly #callback: string;
  readonly browser: Browser;

  constructor(provider: string, appUrl = 'http://localhost:6001', browser = new Browser()) {
    this.browser = browser;
    this.#provider = provider;
    this.#callback = `${appUrl}/api/auth/callback`;
  }

  /** Opens the authorization endpoint of a tenant host, up to a page of the provider or the redirect to the callback. */
  async authorize(
    host: string,
    parameters: { [name: string]: string } = {},
  ): Promise<{ page: Page; verifier: string }> {
    const verifier = randomBytes(32).toString('base64url');
    const query = new URLSearchParams({
      client_id: 'local-client',
      redirect_uri: this.#callback,
      response_type: 'code',
      scope: 'openid offline_access email profile roles',
      state: 'some-state',
      nonce: 'some-nonce',
      code_challenge: createHash('sha256').update(verifier).digest('base64url'),
      code_challenge_method: 'S256',
      ...parameters,
    });
    const url = `http://${host}.localhost:${new URL(this.#provider).port}/api/v1/oauth2/authorize?${query}`;
    return { page: await this.browser.open(url, { stopBefore: this.#isCallback }), verifier };
  }

  /** Presses a button of the sign-in form. */
  submit(page: Page, fields: { [field: string]: string }): Promise<Page> {
    return this.browser.submit(page, { password: 'wristband', ...fields }, { stopBefore: this.#isCallback });
  }

  /** The whole way to tokens, for somebody without a session at the provider. */
  async signIn(email: string, parameters: { [name: string]: string } = {}): Promise<Tokens> {
    const { page, verifier } = await this.authorize(email.includes('globex') ? 'globex' : 'acme', parameters);
    return this.redeem(await this.submit(page, { email }), verifier);
  }

  /** Exchanges the code of the callback that a page redirects to. */
  async redeem(page: Page, code_verifier: string): Promise<Tokens> {
    const code = this.callbackOf(page).code ?? '';
    const grant = { grant_type: 'authorization_code', code, redirect_uri: this.#callback, code_verifier };
    const response = await this.#post('/api/v1/oauth2/token', grant);
    return (await response.json()) as Tokens;
  }

  /** `resource`: the API that the new access token is for. */
  refresh(refresh_token: string, resource?: string): Promise<Response> {
    const target: { [field: string]: string } = resource ? { resource } : {};
    return this.#post('/api/v1/oauth2/token', { grant_type: 'refresh_token', refresh_token, ...target });
  }

  revoke(token: string): Promise<Response> {
    return this.#post('/api/v1/oauth2/revoke', { token });
  }

  userinfo(accessToken: string): Promise<Response> {
    return this.get('/api/v1/oauth2/userinfo', { authorization: `Bearer ${accessToken}` });
  }

  get(path: string, headers: { [name: string]: string } = {}): Promise<Response> {
    return fetch(this.#provider + path, { headers });
  }

  postJson(path: string, body: unknown): Promise<Response> {
    return fetch(this.#provider + path, { method: 'POST', body: JSON.stringify(body) });
  }

  /** The parameters of the callback that a page redirects to. */
  callbackOf(page: Page): { [name: string]: string } {
    const { location = '' } = page.headers;
    if (!location.startsWith(this.#callback))
      throw new Error(`no callback from ${page.url}: ${page.status}\n${page.body}`);
    return Object.fromEntries(new URL(location).searchParams);
  }

  readonly #isCallback = (target: URL) => target.href.startsWith(this.#callback);

  #post(path: string, form: { [field: string]: string }): Promise<Response> {
    const authorization = `Basic ${btoa('local-client:local-secret')}`;
    return fetch(this.#provider + path, {
      method: 'POST',
      headers: { authorization },
      body: new URLSearchParams(form),
    });
  }
}

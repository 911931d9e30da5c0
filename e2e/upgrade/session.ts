import type { Backend } from '../fixtures/backend.ts';
import { Browser } from '../fixtures/form-browser.ts';
import { type Person, people } from '../fixtures/user.ts';

/** A session that was just begun, or its cookies at some moment: each request goes to the node of one's choice. */
export class Session {
  readonly #browser: Browser;

  private constructor(browser: Browser) {
    this.#browser = browser;
  }

  /** Signs in: one node sends the browser to the provider, and another gets it back. */
  static async begin(person: Person, leaves: Backend, comesBack: Backend): Promise<Session> {
    const { email, tenant } = people[person];
    const browser = new Browser();
    const form = await browser.open(`${leaves.url}/api/auth/login?tenant_name=${tenant}`);
    const answer = await browser.submit(
      form,
      { email, password: 'wristband' },
      { stopBefore: ({ pathname }) => pathname === '/api/auth/callback' },
    );
    const { pathname, search } = new URL(String(answer.headers.location));
    const { status, headers } = await browser.open(comesBack.url + pathname + search, { stopBefore: () => true });
    if (headers.location !== '/') throw new Error(`the sign-in ended with ${status}, ${headers.location}`);
    return new Session(browser);
  }

  /** With the cookies of this moment, whatever becomes of them. */
  copy(): Session {
    return new Session(this.#browser.clone());
  }

  /** The answer to a call that needs an access token: it waits for a renewal. */
  async statusAt(node: Backend): Promise<number> {
    return (await this.#browser.open(`${node.url}/api/profile`)).status;
  }

  /** When its access token expires, as that node knows it. */
  async tokenExpiresAt(node: Backend): Promise<number> {
    const { status, body } = await this.#browser.open(`${node.url}/api/session`);
    if (status !== 200) throw new Error(`${status}: ${body}`);
    return Date.parse(JSON.parse(body).metadata.session.accessTokenExpiresAt);
  }

  /** The stream of what happens to it, which ends with it; a version without streams says so, and that is the end. */
  eventsAt(node: Backend): Promise<Response> {
    return this.#fetch(`${node.url}/api/session/events`);
  }

  async signOutAt(node: Backend): Promise<void> {
    const { status, headers } = await this.#browser.open(`${node.url}/api/auth/logout`, {
      form: {},
      stopBefore: () => true,
    });
    if (status !== 303) throw new Error(`the sign-out ended with ${status}, ${headers.location}`);
  }

  async signOutEverywhereAt(node: Backend): Promise<void> {
    const answer = await this.#fetch(`${node.url}/api/sessions?scope=all`, 'DELETE');
    if (answer.status !== 204) throw new Error(`${answer.status}: ${await answer.text()}`);
  }

  #fetch(url: string, method = 'GET'): Promise<Response> {
    return fetch(url, { method, headers: { cookie: this.#browser.cookieHeader(url) } });
  }
}

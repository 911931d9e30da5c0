import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { LookupFunction } from 'node:net';
import { text } from 'node:stream/consumers';

interface Cookie {
  host: string;
  path: string;
  name: string;
  value: string;
}

export interface Page {
  url: URL;
  status: number;
  headers: IncomingMessage['headers'];
  body: string;
  /** Every URL on the way here, this one included. */
  trail: URL[];
}

interface OpenOptions {
  form?: { [field: string]: string };
  /** Do not request the first redirect target for which this holds; the page is then the redirect itself. */
  stopBefore?: (target: URL) => boolean;
}

/** As much of a browser as a sign-in needs: cookies per host and path, redirects, one HTML form. */
export class Browser {
  #cookies: Cookie[] = [];
  readonly #ca: string | undefined;

  constructor(ca?: string) {
    this.#ca = ca;
  }

  async open(url: string | URL, { form, stopBefore = () => false }: OpenOptions = {}): Promise<Page> {
    const trail: URL[] = [];
    let target = new URL(url);
    let payload = form && new URLSearchParams(form).toString();
    for (;;) {
      trail.push(target);
      if (trail.length > 20) throw new Error(`redirected in circles: ${trail.join(' ')}`);
      const response = await this.#send(target, payload);
      const page = {
        url: target,
        status: response.statusCode ?? 0,
        headers: response.headers,
        body: await text(response),
        trail,
      };
      this.#keepCookies(target, response.headers['set-cookie'] ?? []);
      const { location } = response.headers;
      if (!location || page.status < 300) return page;
      target = new URL(location, target);
      if (stopBefore(target)) return page;
      payload = undefined;
    }
  }

  /** Fills in the sign-in form of the provider and presses "Sign in". */
  submit(page: Page, fields: { [field: string]: string }, options: OpenOptions = {}): Promise<Page> {
    if (!page.body.includes('<form method="post"'))
      throw new Error(`no sign-in form at ${page.url}: ${page.status} ${page.body}`);
    return this.open(page.url, { ...options, form: { action: 'sign-in', ...fields } });
  }

  cookies(host: string): string[] {
    return this.#cookies.filter((cookie) => cookie.host === host).map((cookie) => cookie.name);
  }

  async #send(url: URL, payload: string | undefined): Promise<IncomingMessage> {
    const request = url.protocol === 'https:' ? httpsRequest : httpRequest;
    const cookie = this.#cookies
      .filter(
        (cookie) => cookie.host === url.hostname && `${url.pathname}/`.startsWith(cookie.path.replace(/\/?$/, '/')),
      )
      .map((cookie) => `${cookie.name}=${cookie.value}`)
      .join('; ');
    const headers = {
      accept: 'text/html',
      ...(cookie && { cookie }),
      ...(payload !== undefined && {
        'content-type': 'application/x-www-form-urlencoded',
        'content-length': Buffer.byteLength(payload),
      }),
    };
    return new Promise((resolve, reject) => {
      request(
        url,
        { method: payload === undefined ? 'GET' : 'POST', headers, lookup: toLoopback, ca: this.#ca, agent: false },
        resolve,
      )
        .on('error', reject)
        .end(payload);
    });
  }

  /** Cookies ignore ports, as in every browser. */
  #keepCookies(url: URL, setCookies: string[]): void {
    for (const line of setCookies) {
      const [pair = '', ...attributes] = line.split(/;\s*/);
      const [name = '', value = ''] = pair.split(/=(.*)/s);
      const attribute = (wanted: string) =>
        attributes.map((text) => text.split('=')).find(([key]) => key?.toLowerCase() === wanted)?.[1];
      const path = attribute('path') ?? '/';
      const expired = attribute('max-age') === '0' || Date.parse(attribute('expires') ?? '') < Date.now();
      this.#cookies = this.#cookies.filter(
        (old) => !(old.host === url.hostname && old.path === path && old.name === name),
      );
      if (!expired) this.#cookies.push({ host: url.hostname, path, name, value });
    }
  }
}

/** Browsers know that `*.localhost` is this machine; not every resolver does. */
const toLoopback: LookupFunction = (_hostname, options, callback) => {
  if (options.all) callback(null, [{ address: '127.0.0.1', family: 4 }]);
  else callback(null, '127.0.0.1', 4);
};

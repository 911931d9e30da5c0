import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { LookupFunction } from 'node:net';
import { text } from 'node:stream/consumers';

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
  /** Do not follow a redirect to such a URL; the page is then the redirect itself. */
  stopBefore?: (target: URL) => boolean;
}

type Cookie = { host: string; path: string; name: string; value: string };

/** As much of a browser as a sign-in needs: cookies per host and path, redirects, one HTML form. */
export class Browser {
  #cookies: Cookie[] = [];

  async open(url: string | URL, { form, stopBefore = () => false }: OpenOptions = {}): Promise<Page> {
    const trail: URL[] = [];
    let target = new URL(url);
    let payload = form && new URLSearchParams(form).toString();
    while (trail.length < 20) {
      trail.push(target);
      const response = await this.#send(target, payload);
      const { statusCode: status = 0, headers } = response;
      this.#keepCookies(target, headers['set-cookie'] ?? []);
      const page = { url: target, status, headers, body: await text(response), trail };
      if (!headers.location) return page;
      target = new URL(headers.location, target);
      if (stopBefore(target)) return page;
      payload = undefined;
    }
    throw new Error(`redirected in circles: ${trail.join(' ')}`);
  }

  /** What this browser sends to a URL as its Cookie header. */
  cookieHeader(url: string): string {
    return this.#cookiesFor(new URL(url));
  }

  /** Another browser with the same cookies, as a thief would have it. */
  clone(): Browser {
    const copy = new Browser();
    copy.#cookies = [...this.#cookies];
    return copy;
  }

  /** Fills in the sign-in form and presses a button of it. */
  submit(page: Page, fields: { [field: string]: string }, options: OpenOptions = {}): Promise<Page> {
    if (!page.body.includes('<form method="post"')) throw new Error(`no sign-in form at ${page.url}:\n${page.body}`);
    return this.open(page.url, { ...options, form: { action: 'sign-in', ...fields } });
  }

  #send(url: URL, payload: string | undefined): Promise<IncomingMessage> {
    const send = url.protocol === 'https:' ? httpsRequest : httpRequest;
    const method = payload === undefined ? 'GET' : 'POST';
    const headers = {
      cookie: this.#cookiesFor(url),
      ...(payload !== undefined && { 'content-type': 'application/x-www-form-urlencoded' }),
    };
    return new Promise((resolve, reject) => {
      send(url, { method, headers, lookup: loopback, agent: false }, resolve).on('error', reject).end(payload);
    });
  }

  #cookiesFor({ hostname, pathname }: URL): string {
    const sent = this.#cookies.filter(({ host, path }) => host === hostname && pathname.startsWith(path));
    return sent.map(({ name, value }) => `${name}=${value}`).join('; ');
  }

  /** Cookies ignore ports, here as in every browser. */
  #keepCookies({ hostname: host }: URL, setCookies: string[]): void {
    for (const line of setCookies) {
      const [pair = '', ...attributes] = line.split(/;\s*/);
      const [name = '', value = ''] = pair.split(/=(.*)/s);
      const {
        path = '/',
        expires = '',
        ...rest
      } = Object.fromEntries(
        attributes.map((attribute) => attribute.split('=')).map(([key = '', text]) => [key.toLowerCase(), text]),
      );
      const isDeleted = rest['max-age'] === '0' || Date.parse(expires) < Date.now();
      this.#cookies = this.#cookies.filter((old) => old.host !== host || old.path !== path || old.name !== name);
      if (!isDeleted) this.#cookies.push({ host, path, name, value });
    }
  }
}

/** Browsers know that `*.localhost` is this machine; not every resolver does. */
const loopback: LookupFunction = (_hostname, options, callback) => {
  if (options.all) callback(null, [{ address: '127.0.0.1', family: 4 }]);
  else callback(null, '127.0.0.1', 4);
};

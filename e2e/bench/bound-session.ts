/** A session that is bound to a device, as a browser would bind it. */
import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { Browser } from '../fixtures/form-browser.ts';

/** Signs in at a backend that browsers would reach over https, and returns the callback's response and the cookies. */
async function signInBehindHttps(url: string) {
  const browser = new Browser();
  const form = await browser.open(`${url}/api/auth/login?tenant_name=acme`);
  const credentials = { email: 'ada@acme.example', password: 'wristband' };
  const stopBefore = ({ protocol }: URL) => protocol === 'https:';
  const { headers } = await browser.submit(form, credentials, { stopBefore });
  const callback = new URL(headers.location ?? '');
  const answer = await browser.open(new URL(callback.pathname + callback.search, url), { stopBefore: () => true });
  return { answer, cookie: browser.cookieHeader(url) };
}

/** Signs in, and returns the `Cookie` header of a session that is bound to no device. */
export async function unboundSession(url: string): Promise<string> {
  return (await signInBehindHttps(url)).cookie;
}

/** Signs in and registers a device. Returns the `Cookie` header with the bound cookie. */
export async function boundSession(url: string): Promise<string> {
  const { answer, cookie } = await signInBehindHttps(url);
  const offer = String(answer.headers['secure-session-registration']);
  const [, path, challenge, authorization] =
    /path="([^"]+)";challenge="([^"]+)";authorization="([^"]+)"/.exec(offer) ?? [];
  if (!path) throw new Error(`no registration is offered: ${answer.status} ${offer}`);
  const proof = proofOfKey({ jti: challenge, authorization });
  const headers = { cookie, 'secure-session-response': proof };
  const response = await fetch(url + path, { method: 'POST', headers });
  if (response.status !== 200) throw new Error(`not bound: ${response.status} ${await response.text()}`);
  const set = response.headers.getSetCookie().map((line) => line.split(';')[0]);
  return [cookie, ...set].join('; ');
}

/** A proof of a new key (ES256), with these claims. */
function proofOfKey(claims: object): string {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const header = { typ: 'dbsc+jwt', alg: 'ES256', jwk: publicKey.export({ format: 'jwk' }) };
  const text = [header, claims].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.');
  return `${text}.${signatureOf(text, privateKey)}`;
}

function signatureOf(text: string, key: KeyObject): string {
  return sign('sha256', Buffer.from(text), { key, dsaEncoding: 'ieee-p1363' }).toString('base64url');
}

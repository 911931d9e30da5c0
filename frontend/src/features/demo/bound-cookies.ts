import type { DeviceProof } from '../../lib/api/types.ts';

/** Life of a bound cookie. Times are milliseconds since 1970. */
export type BoundCookie = { from: number; until: number };

const maxCookies = 50;

/** Adds the bound cookie of a proof, unless it or a later one is known. */
export function withProof(cookies: BoundCookie[], { at, until }: DeviceProof): BoundCookie[] {
  const cookie = { from: Date.parse(at), until: Date.parse(until) };
  const last = cookies.at(-1);
  return last && cookie.until <= last.until ? cookies : [...cookies, cookie].slice(-maxCookies);
}

const second = 1_000;
const shortest = second;
const longest = 3_600 * second;

/** Milliseconds to wait that the `Retry-After` header asks for (RFC 9110, seconds or a date), within sane limits. */
export function retryAfterMs(headers: Headers, now = Date.now()): number | undefined {
  const value = headers.get('Retry-After')?.trim();
  if (!value) return undefined;
  const wait = /^\d+$/.test(value) ? Number(value) * second : Date.parse(value) - now;
  return Number.isNaN(wait) ? undefined : Math.min(Math.max(wait, shortest), longest);
}

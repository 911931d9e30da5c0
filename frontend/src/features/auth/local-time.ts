// The Date header leaves out the fraction of a second: half of one on average.
const fractionMs = 500;
// Some time passes on the way.
const negligibleMs = 2_000;

/**
 * `facts` with each of its times (fields called `…At`, RFC 3339) moved from the server's clock, which the `Date` header
 * tells, to this browser's clock: what is left of a session is then right even where one of the clocks is wrong.
 */
export function inLocalTime<T extends object>(facts: T, headers: Headers, now = Date.now()): T {
  const ahead = Date.parse(headers.get('Date') ?? '') + fractionMs - now;
  if (!(Math.abs(ahead) > negligibleMs)) return facts;
  const moved = Object.entries(facts).map(([name, value]) => {
    const time = name.endsWith('At') ? Date.parse(String(value)) : Number.NaN;
    return [name, Number.isNaN(time) ? value : new Date(time - ahead).toISOString()];
  });
  return Object.fromEntries(moved) as T;
}

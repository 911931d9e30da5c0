// The Date header leaves out the fraction of a second: half of one on average.
const fractionMs = 500;
// The network takes some time.
const negligibleMs = 2_000;

/**
 * Converts times (fields named `…At`, RFC 3339) from the server's clock, known from the `Date` header, to this
 * browser's clock, so that countdowns are right even if one of the clocks is wrong.
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

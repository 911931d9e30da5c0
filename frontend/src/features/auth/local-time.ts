// The Date header leaves out the fraction of a second: half of one on average.
const fractionMs = 500;
/** Largest difference between this browser's clock and the server's that is tolerated: the network takes some time. */
export const clockToleranceMs = 2_000;

/**
 * Converts times (fields named `…At`, RFC 3339) from the server's clock, known from the `Date` header, to this
 * browser's clock, so that countdowns are right even if one of the clocks is wrong.
 */
export function inLocalTime<T extends object>(facts: T, headers: Headers, now = Date.now()): T {
  const ahead = Date.parse(headers.get('Date') ?? '') + fractionMs - now;
  if (!(Math.abs(ahead) > clockToleranceMs)) return facts;
  const moved = Object.entries(facts).map(([name, value]) => {
    const time = name.endsWith('At') ? Date.parse(String(value)) : Number.NaN;
    return [name, Number.isNaN(time) ? value : new Date(time - ahead).toISOString()];
  });
  return Object.fromEntries(moved) as T;
}

import type { SessionFacts } from '../../lib/api/types.ts';

/** What the life line draws of a session. All times are milliseconds since 1970. */
export type Life = {
  signedInAt: number;
  /** When the idle timeout ends the session, if nothing more happens. Never after the absolute timeout. */
  idleEnd: number;
  absoluteEnd: number;
  idleTimeout: number;
  tokens: TokenLife[];
};

/** One access token, from the request that got it to its renewal or its expiry, where that is known. */
type TokenLife = { from: number; to: number | undefined; renewedBy: string | null };

/** A renewal of the tokens that this page has seen; the first tokens, those of the sign-in, were renewed by nobody. */
export type Renewal = { at: number; by: string | null };

export function lifeOf(facts: SessionFacts, renewals: Renewal[]): Life {
  const signedInAt = Date.parse(facts.createdAt);
  const absoluteEnd = Date.parse(facts.expiresAt);
  const idleEnd = Math.min(Date.parse(facts.idleExpiresAt), absoluteEnd);
  const idleTimeout = Math.max(1, idleEnd - Date.parse(facts.lastSeenAt));
  return { signedInAt, idleEnd, absoluteEnd, idleTimeout, tokens: tokenLives(facts, renewals) };
}

function tokenLives(facts: SessionFacts, renewals: Renewal[]): TokenLife[] {
  const latest = latestOf(facts).at;
  return renewals.map(({ at, by }, place, all) => ({
    from: at,
    // The facts tell the expiry of the tokens that they know.
    to: all[place + 1]?.at ?? (isLater(at, latest) ? undefined : Date.parse(facts.accessTokenExpiresAt)),
    renewedBy: by,
  }));
}

/** The latest that `facts` tell of. */
export function latestOf(facts: SessionFacts): Renewal {
  return { at: Date.parse(facts.tokenRefreshedAt ?? facts.createdAt), by: facts.tokenRefreshedBy };
}

/** `renewals` with one more, unless it is known already. */
export function withRenewal(renewals: Renewal[], renewal: Renewal): Renewal[] {
  if (!isLater(renewal.at, renewals.at(-1)?.at ?? Number.NEGATIVE_INFINITY)) return renewals;
  return [...renewals, renewal].slice(-longestMemory);
}

/** The server's clock is told in whole seconds: the same renewal may come a little earlier or later. */
function isLater(at: number, other: number): boolean {
  return at - other > 1_500;
}

const longestMemory = 50;

/** Places on the line, in percent of its length. */
export type Scale = {
  place: (time: number) => number;
  /** Where the scale changes: what lies between is cut short. */
  breaks: number[];
};

/**
 * The time around now is drawn to scale, from at most one idle timeout ago to the idle timeout. What came before, and
 * what comes after it until the absolute timeout, is cut short: hours of it would leave no room for minutes.
 */
export function scaleOf({ signedInAt, idleEnd, absoluteEnd, idleTimeout }: Life): Scale {
  const start = Math.max(signedInAt, idleEnd - 2 * idleTimeout);
  const isCutBefore = start > signedInAt;
  const isCutAfter = absoluteEnd > idleEnd;
  const left = isCutBefore ? 12 : 0;
  // Room for the name and the time of the end on one side, and of the idle timeout on the other.
  const right = isCutAfter ? 70 : 100;

  function place(time: number): number {
    if (time < start) return isCutBefore && time > signedInAt ? left / 2 : 0;
    if (time <= idleEnd) return between(left, right, (time - start) / Math.max(1, idleEnd - start));
    return between(right, 100, (time - idleEnd) / Math.max(1, absoluteEnd - idleEnd));
  }

  return { place, breaks: [...(isCutBefore ? [left / 2] : []), ...(isCutAfter ? [(right + 100) / 2] : [])] };
}

function between(from: number, to: number, share: number): number {
  return from + (to - from) * Math.min(1, Math.max(0, share));
}

import type { SessionFacts } from '../../../lib/api/types.ts';
import type { BoundCookie } from '../bound-cookies.ts';

/** Data of the drawing. All times are milliseconds since 1970. */
export type Timeline = {
  signedInAt: number;
  /** Idle timeout without further activity. Never after the absolute timeout. */
  idleEnd: number;
  absoluteEnd: number;
  idleTimeout: number;
  tokens: TokenLifetime[];
  /** Empty if the session is not bound to a device. Each ends with the next one. */
  boundCookies: BoundCookie[];
};

/** Lifetime of an access token, until its refresh or its expiry if that is known. */
export type TokenLifetime = { from: number; to: number | undefined; refreshedBy: string | null };

/** A token refresh. `by` is `null` for the sign-in, which issued the first tokens. */
export type Refresh = { at: number; by: string | null };

export function timelineOf(facts: SessionFacts, refreshes: Refresh[], boundCookies: BoundCookie[] = []): Timeline {
  const signedInAt = Date.parse(facts.createdAt);
  const absoluteEnd = Date.parse(facts.expiresAt);
  const idleEnd = Math.min(Date.parse(facts.idleExpiresAt), absoluteEnd);
  const idleTimeout = Math.max(1, idleEnd - Date.parse(facts.lastSeenAt));
  const tokens = tokenLifetimes(facts, refreshes);
  return { signedInAt, idleEnd, absoluteEnd, idleTimeout, tokens, boundCookies: oneAfterTheOther(boundCookies) };
}

function oneAfterTheOther(cookies: BoundCookie[]): BoundCookie[] {
  return cookies.map(({ from, until }, place, all) => ({
    from,
    until: Math.min(until, all[place + 1]?.from ?? until),
  }));
}

function tokenLifetimes(facts: SessionFacts, refreshes: Refresh[]): TokenLifetime[] {
  const latest = latestOf(facts).at;
  return refreshes.map(({ at, by }, place, all) => ({
    from: at,
    // The facts have the expiry only of the tokens that they know.
    to: all[place + 1]?.at ?? (isLater(at, latest) ? undefined : Date.parse(facts.accessTokenExpiresAt)),
    refreshedBy: by,
  }));
}

/** Returns the latest refresh in `facts`. */
export function latestOf(facts: SessionFacts): Refresh {
  return { at: Date.parse(facts.tokenRefreshedAt ?? facts.createdAt), by: facts.tokenRefreshedBy };
}

/** Adds a refresh, unless it is known. */
export function withRefresh(refreshes: Refresh[], refresh: Refresh): Refresh[] {
  if (!isLater(refresh.at, refreshes.at(-1)?.at ?? Number.NEGATIVE_INFINITY)) return refreshes;
  return [...refreshes, refresh].slice(-maxRefreshes);
}

/** True if `at` is another refresh: times in whole seconds make the same one appear a little earlier or later. */
function isLater(at: number, other: number): boolean {
  return at - other > 1_500;
}

const maxRefreshes = 50;

/** Positions on the timeline, in percent of its length. */
export type Scale = {
  place: (time: number) => number;
  /** Positions where the scale changes, because the time between is shortened. */
  breaks: number[];
};

/** Scale with equal steps from one idle timeout ago to the idle timeout; the hours before and after are shortened. */
export function scaleOf({ signedInAt, idleEnd, absoluteEnd, idleTimeout }: Timeline): Scale {
  const start = Math.max(signedInAt, idleEnd - 2 * idleTimeout);
  const isStartShortened = start > signedInAt;
  const isEndShortened = absoluteEnd > idleEnd;
  const left = isStartShortened ? 12 : 0;
  // Leaves room for the labels of both timeouts.
  const right = isEndShortened ? 70 : 100;

  function place(time: number): number {
    if (time < start) return isStartShortened && time > signedInAt ? left / 2 : 0;
    if (time <= idleEnd) return between(left, right, (time - start) / Math.max(1, idleEnd - start));
    return between(right, 100, (time - idleEnd) / Math.max(1, absoluteEnd - idleEnd));
  }

  return { place, breaks: [...(isStartShortened ? [left / 2] : []), ...(isEndShortened ? [(right + 100) / 2] : [])] };
}

function between(from: number, to: number, share: number): number {
  return from + (to - from) * Math.min(1, Math.max(0, share));
}

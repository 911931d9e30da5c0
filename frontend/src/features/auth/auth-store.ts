import type { CallResult, Failure } from '../../lib/api/call-result.ts';
import {
  type AuthEvent,
  type AuthState,
  type EndReason,
  isUnreachable,
  nextAuthState,
  type Outage,
} from './auth-state.ts';
import { clockToleranceMs } from './local-time.ts';
import type { Session } from './session.ts';

type LoadOptions = {
  /** True if the request counts as activity of the user, which moves the idle timeout. */
  slide?: boolean;
  /** Sends a new request even if one is pending. */
  fresh?: boolean;
};

export type LoadSession = (options: { slide: boolean }) => Promise<CallResult<Session>>;

export type AuthStore = ReturnType<typeof createAuthStore>;

/** Delays of retries after a 401: another tab may have signed in, and its cookies may not have arrived yet. */
const newCookieDelaysMs = [0, 250, 500, 1_000, 2_000];
const retryDelaysMs = [5_000, 5_000, 5_000, 10_000, 20_000];
const slowestRetryMs = 30_000;
/** Reasons that only say that the session ended, or that this browser has signed in again (`renewed`). */
const reasonsWithoutCause: EndReason[] = [undefined, 'ended', 'renewed'];
/** Key of `sessionStorage` for the timeout that ended the session. The cookies are gone: after a reload, only it knows. */
const timeoutKey = 'timeout';

/**
 * Creates the store of the auth state. It lives outside React, so that the session is loaded before the first render,
 * and only once, however often components mount. It sends no request until `load` is called.
 */
export function createAuthStore(loadSession: LoadSession) {
  let state: AuthState = { status: 'loading' };
  let outage: Outage | null = null;
  let failures = 0;
  let retry: ReturnType<typeof setTimeout> | undefined;
  let pending: Promise<boolean> | undefined;
  /** Callers that wait for the pending request, to send another one. */
  let waiting = 0;
  /** Consecutive 401 responses of all calls, and their reason. */
  let refusals = 0;
  let reason: EndReason;
  const listeners = new Set<() => void>();

  function dispatch(event: AuthEvent, newOutage: Outage | null = null) {
    state = nextAuthState(state, event);
    outage = newOutage;
    for (const listener of listeners) listener();
  }

  /** Loads the session, or joins the pending request. Resolves to `true` if the server said who is signed in. */
  function load({ slide = true, fresh = false }: LoadOptions = {}): Promise<boolean> {
    if (pending) return fresh ? loadAfterPending(slide) : pending;
    clearTimeout(retry);
    pending = ask(slide).finally(() => {
      pending = undefined;
    });
    return pending;
  }

  async function loadAfterPending(slide: boolean) {
    waiting += 1;
    await pending;
    waiting -= 1;
    // Activity needs a request of its own, so it does not join one that another caller has sent since.
    return load({ slide, fresh: slide });
  }

  async function ask(slide: boolean) {
    let result = await loadSession({ slide });
    for (const delayMs of newCookieDelaysMs) {
      countRefusal(result);
      if (!mayBeOutdated(result)) break;
      await new Promise((resolve) => setTimeout(resolve, delayMs));
      result = await loadSession({ slide });
    }
    receive(result);
    return result.kind === 'ok' || result.kind === 'unauthenticated';
  }

  /** Resolves to `true` if the server is reachable. During an outage it tries again first. */
  async function isReachable() {
    if (isUnreachable(outage)) await load({ slide: false, fresh: true });
    return !isUnreachable(outage);
  }

  /** Updates a page from the back/forward cache; it shows no user if the server is unavailable. */
  async function restore() {
    if (await load({ slide: false, fresh: true })) return;
    state = { status: 'loading' };
    await load({ slide: false });
  }

  /** True if another tab, or the binding to this device, may have replaced the cookies since the request was sent. */
  function mayBeOutdated(result: CallResult<Session>): boolean {
    if (result.kind !== 'unauthenticated') return false;
    return /renewed|device_proof/.test(result.problem ?? '') || (state.status === 'authenticated' && refusals < 2);
  }

  function countRefusal(result: CallResult<unknown>) {
    if (result.kind !== 'unauthenticated') return;
    refusals += 1;
    if (/^(session|device)_/.test(result.problem ?? '')) noteEnd(result.problem);
  }

  /** Records the reason for the end of the session. The first one counts. */
  function noteEnd(wanted: EndReason) {
    if (!reasonsWithoutCause.includes(wanted?.replace(/^session_/, ''))) reason ??= wanted;
  }

  /** Reports a failed request, which may mean an outage, or that the session has ended or was replaced. */
  function reportFailure(failure: Failure): void {
    if (failure.kind === 'unavailable' && !outage) void load({ slide: false });
    if (failure.kind !== 'unauthenticated' && failure.kind !== 'other session') return;
    countRefusal(failure);
    if (state.status === 'authenticated') void load({ slide: false, fresh: true });
  }

  function receive(result: CallResult<Session>) {
    if (result.kind === 'ok') {
      failures = refusals = 0;
      reason = undefined;
      sessionStorage.removeItem(timeoutKey);
      const isVerified = !result.value.metadata.session.unverifiedSince;
      dispatch(
        { type: 'session received', session: result.value },
        isVerified ? null : nextTry('identity_provider_unavailable'),
      );
    } else if (result.kind === 'unauthenticated') {
      failures = 0;
      // Callers that wait know of a later change: the response to their request counts.
      if (waiting > 0) return;
      reason ??= timeoutOf(state) ?? sessionStorage.getItem(timeoutKey) ?? undefined;
      if (reason && /timeout$/i.test(reason)) sessionStorage.setItem(timeoutKey, reason);
      dispatch({ type: 'session missing', reason });
    } else {
      // Only a 401 means "signed out". No other response says anything about the session.
      const { problem, retryAfterMs } = result.kind === 'unavailable' ? result : { problem: 'unexpected' };
      dispatch({ type: 'server unavailable' }, nextTry(problem, retryAfterMs));
    }
  }

  function nextTry(problem: string | undefined, wantedMs?: number): Outage {
    const wait = wantedMs ?? retryDelaysMs[failures] ?? slowestRetryMs;
    failures += 1;
    // Only the first request of a page counts as activity.
    retry = setTimeout(() => load({ slide: state.status === 'unavailable' }), wait);
    return { problem, retryAt: Date.now() + wait };
  }

  return {
    load,
    restore,
    reportFailure,
    noteEnd,
    isReachable,
    getState: () => state,
    /** `null` while the server is available. */
    getOutage: () => outage,
    subscribe(listener: () => void) {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
  };
}

/** Returns the timeout that has passed; the server may not have the session any more, and cannot say. */
function timeoutOf(state: AuthState): EndReason {
  if (state.status !== 'authenticated') return undefined;
  const { idleExpiresAt, expiresAt } = state.session.metadata.session;
  const isPast = (time: string) => Date.parse(time) <= Date.now() + clockToleranceMs;
  if (isPast(expiresAt)) return 'absoluteTimeout';
  return isPast(idleExpiresAt) ? 'idleTimeout' : undefined;
}

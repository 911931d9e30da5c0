import type { Answer, Failure } from '../../lib/api/answer.ts';
import {
  type AuthEvent,
  type AuthState,
  type EndReason,
  isUnreachable,
  nextAuthState,
  type Outage,
} from './auth-state.ts';
import type { Session } from './session.ts';

type LoadOptions = {
  /** True if the request counts as activity of the user, which moves the idle timeout. */
  slide?: boolean;
  /** Sends a new request even if one is pending. */
  fresh?: boolean;
};

export type LoadSession = (options: { slide: boolean }) => Promise<Answer<Session>>;

export type AuthStore = ReturnType<typeof createAuthStore>;

/** Pauses before retries after a 401 that another tab's sign-in may explain, whose cookies may be on their way. */
const renewalPausesMs = [0, 250, 500, 1_000, 2_000];
const retriesMs = [5_000, 5_000, 5_000, 10_000, 20_000];
const slowestRetryMs = 30_000;
/** Reasons that only say that the session ended, or was replaced. */
const reasonsWithoutCause: EndReason[] = [undefined, 'ended', 'expired', 'renewed'];
/** Largest difference between this clock and the server's that is tolerated. */
const clocksDifferMs = 2_000;

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
    let answer = await loadSession({ slide });
    for (const pauseMs of renewalPausesMs) {
      countRefusal(answer);
      if (!isDoubtful(answer)) break;
      await pause(pauseMs);
      answer = await loadSession({ slide });
    }
    receive(answer);
    return answer.kind === 'ok' || answer.kind === 'unauthenticated';
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

  /** True if the 401 may be about cookies that another tab has replaced since the request was sent. */
  function isDoubtful(answer: Answer<Session>): boolean {
    if (answer.kind !== 'unauthenticated') return false;
    return answer.problem === 'session_renewed' || (state.status === 'authenticated' && refusals < 2);
  }

  function countRefusal(answer: Answer<unknown>) {
    if (answer.kind !== 'unauthenticated') return;
    refusals += 1;
    if (answer.problem?.startsWith('session_')) noteEnd(answer.problem);
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

  function receive(answer: Answer<Session>) {
    if (answer.kind === 'ok') {
      failures = refusals = 0;
      reason = undefined;
      const isVerified = !answer.value.metadata.session.unverifiedSince;
      dispatch(
        { type: 'session received', session: answer.value },
        isVerified ? null : nextTry('identity_provider_unavailable'),
      );
    } else if (answer.kind === 'unauthenticated') {
      failures = 0;
      // Callers that wait know of a later change: the response to their request counts.
      if (waiting === 0) dispatch({ type: 'session missing', reason: reason ?? timeoutOf(state) });
    } else {
      // Only a 401 means "signed out". No other response says anything about the session.
      const { problem, retryAfterMs } = answer.kind === 'unavailable' ? answer : { problem: 'unexpected' };
      dispatch({ type: 'server unavailable' }, nextTry(problem, retryAfterMs));
    }
  }

  function nextTry(problem: string | undefined, wantedMs?: number): Outage {
    const wait = wantedMs ?? retriesMs[failures] ?? slowestRetryMs;
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

/** The timeout that has passed. The server no longer has the session, and cannot say. */
function timeoutOf(state: AuthState): EndReason {
  if (state.status !== 'authenticated') return undefined;
  const { idleExpiresAt, expiresAt } = state.session.metadata.session;
  const isPast = (time: string) => Date.parse(time) <= Date.now() + clocksDifferMs;
  if (isPast(expiresAt)) return 'absoluteTimeout';
  return isPast(idleExpiresAt) ? 'idleTimeout' : undefined;
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

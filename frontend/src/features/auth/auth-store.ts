import type { Answer, Failure } from '../../lib/api/answer.ts';
import { type AuthEvent, type AuthState, nextAuthState } from './auth-state.ts';
import type { Session } from './session.ts';

type LoadOptions = {
  /** Whether the request counts as activity of the user. */
  slide?: boolean;
  /** Does not settle for the answer to a request that was sent earlier. */
  fresh?: boolean;
};

export type LoadSession = (options: { slide: boolean }) => Promise<Answer<Session>>;

export type AuthStore = ReturnType<typeof createAuthStore>;

const firstRetryMs = 2_000;
const slowestRetryMs = 30_000;

/**
 * Keeps the auth state outside React, so that the session is asked for before the first render and only once,
 * however often components mount. Nothing happens until `load` is called.
 */
export function createAuthStore(loadSession: LoadSession) {
  let state: AuthState = { status: 'loading' };
  let failures = 0;
  let retry: ReturnType<typeof setTimeout> | undefined;
  let pending: Promise<void> | undefined;
  const listeners = new Set<() => void>();

  function dispatch(event: AuthEvent) {
    state = nextAuthState(state, event);
    for (const listener of listeners) listener();
  }

  /** Asks the server again, unless it is being asked already. Settles when the answer is in, whatever it says. */
  function load({ slide = true, fresh = false }: LoadOptions = {}): Promise<void> {
    // Activity counts only when its own request is answered, so it also waits for one that began meanwhile.
    if (pending) return fresh ? pending.then(() => load({ slide, fresh: slide })) : pending;
    clearTimeout(retry);
    pending = loadSession({ slide })
      .then(receive)
      .finally(() => {
        pending = undefined;
      });
    return pending;
  }

  /** To be called with every failed request: some failures mean that the session is over, or another one. */
  function reportFailure(failure: Failure): void {
    if (failure.kind === 'unauthenticated') {
      dispatch({ type: 'session missing', reason: failure.problem === 'session_replaced' ? 'replaced' : 'ended' });
    } else if (failure.kind === 'other session') {
      void load({ slide: false, fresh: true });
    }
  }

  function receive(answer: Answer<Session>) {
    if (answer.kind === 'ok') {
      failures = 0;
      dispatch({ type: 'session received', session: answer.value });
    } else if (answer.kind === 'unauthenticated') {
      failures = 0;
      reportFailure(answer);
    } else {
      // Only a 401 says "signed out". Whatever else comes back, rubbish included, says nothing about the session.
      const wanted = answer.kind === 'unavailable' ? answer.retryAfterMs : undefined;
      const wait = wanted ?? Math.min(firstRetryMs * 2 ** failures, slowestRetryMs);
      failures += 1;
      dispatch({ type: 'server unavailable', retryAt: Date.now() + wait });
      if (state.status === 'unavailable') retry = setTimeout(load, wait);
    }
  }

  return {
    load,
    reportFailure,
    /** To be called when the user has ended this session by a request. */
    signedOut: () => dispatch({ type: 'session missing', reason: 'signed out' }),
    getState: () => state,
    subscribe(listener: () => void) {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
  };
}

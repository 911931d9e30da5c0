import type { Answer, Failure } from '../../lib/api/answer.ts';
import type { SessionResponse } from '../../lib/api/types.ts';
import { type AuthEvent, type AuthState, nextAuthState } from './auth-state.ts';

type Question = {
  /** Whether it counts as activity of the user. */
  slide?: boolean;
  /** Whether an answer that is already under way is too old. */
  afresh?: boolean;
};

export type LoadSession = (options: { slide: boolean }) => Promise<Answer<SessionResponse>>;

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
  let underWay: Promise<void> | undefined;
  const listeners = new Set<() => void>();

  function dispatch(event: AuthEvent) {
    state = nextAuthState(state, event);
    for (const listener of listeners) listener();
  }

  /** Asks the server again, unless it is being asked already. Settles when the answer is in, whatever it says. */
  function load({ slide = true, afresh = false }: Question = {}): Promise<void> {
    // Activity counts only when its own request is answered, so it also waits for one that began meanwhile.
    if (underWay) return afresh ? underWay.then(() => load({ slide, afresh: slide })) : underWay;
    clearTimeout(retry);
    underWay = loadSession({ slide })
      .then(receive)
      .finally(() => {
        underWay = undefined;
      });
    return underWay;
  }

  /** To be told of every failed request of the signed-in user: some mean that the session is over, or another one. */
  function heed(failure: Failure): void {
    if (failure.kind === 'unauthenticated') {
      dispatch({ type: 'session missing', reason: failure.problem === 'session_replaced' ? 'replaced' : 'ended' });
    } else if (failure.kind === 'other session') {
      void load({ slide: false, afresh: true });
    }
  }

  function receive(answer: Answer<SessionResponse>) {
    if (answer.kind === 'ok') {
      failures = 0;
      dispatch({ type: 'session received', session: answer.value });
    } else if (answer.kind === 'unauthenticated') {
      failures = 0;
      heed(answer);
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
    heed,
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

import type { Answer } from '../../lib/api/answer.ts';
import type { SessionResponse } from '../../lib/api/types.ts';
import { type AuthEvent, type AuthState, nextAuthState } from './auth-state.ts';

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
  let underWay = false;
  const listeners = new Set<() => void>();

  function dispatch(event: AuthEvent) {
    state = nextAuthState(state, event);
    for (const listener of listeners) listener();
  }

  /** Asks the server again, unless it is being asked already. */
  function load({ slide = true } = {}): void {
    if (underWay) return;
    underWay = true;
    clearTimeout(retry);
    void loadSession({ slide })
      .then(receive)
      .finally(() => {
        underWay = false;
      });
  }

  function receive(answer: Answer<SessionResponse>) {
    if (answer.kind === 'ok') {
      failures = 0;
      dispatch({ type: 'session received', session: answer.value });
    } else if (answer.kind === 'unauthenticated') {
      failures = 0;
      dispatch({ type: 'session missing' });
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
    getState: () => state,
    /** To be called when any request of the signed-in user is answered with 401. */
    sessionEnded: () => dispatch({ type: 'session missing' }),
    subscribe(listener: () => void) {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
  };
}

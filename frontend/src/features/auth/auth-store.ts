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
  let underWay: Promise<void> | undefined;
  const listeners = new Set<() => void>();

  function dispatch(event: AuthEvent) {
    state = nextAuthState(state, event);
    for (const listener of listeners) listener();
  }

  async function ask(slide: boolean) {
    clearTimeout(retry);
    const answer = await loadSession({ slide });
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

  /** Asks the server again; calls that come while an answer is awaited share it. */
  function load({ slide = true } = {}): Promise<void> {
    underWay ??= ask(slide).finally(() => {
      underWay = undefined;
    });
    return underWay;
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

import type { Answer, Failure } from '../../lib/api/answer.ts';
import { type AuthEvent, type AuthState, type EndReason, nextAuthState } from './auth-state.ts';
import type { Session } from './session.ts';

type LoadOptions = {
  /** Whether the request counts as activity of the user. */
  slide?: boolean;
  /** Does not settle for the answer to a request that was sent earlier. */
  fresh?: boolean;
};

export type LoadSession = (options: { slide: boolean }) => Promise<Answer<Session>>;

export type AuthStore = ReturnType<typeof createAuthStore>;

/**
 * Pauses before the session is asked for again when a newer sign-in of this browser has replaced it: the answer that
 * brings the new cookies may still be on its way.
 */
const renewalPausesMs = [0, 250, 500, 1_000, 2_000];
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
  let pending: Promise<boolean> | undefined;
  /** How many wait for the pending request to be over, to ask anew. */
  let waiting = 0;
  /** 401 in a row, whichever call got them, and what they said. */
  let refusals = 0;
  let reason: EndReason = 'ended';
  const listeners = new Set<() => void>();

  function dispatch(event: AuthEvent) {
    state = nextAuthState(state, event);
    for (const listener of listeners) listener();
  }

  /** Asks the server again, unless it is being asked already. Settles when the answer is in: whether it told. */
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
    // Activity counts only when its own request is answered, so it also waits for one that began meanwhile.
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

  /** For a page of an earlier time: settles when its state is that of now, or shows nobody. */
  async function restore() {
    if (await load({ slide: false, fresh: true })) return;
    state = { status: 'loading' };
    await load({ slide: false });
  }

  /** Whether a 401 may be about cookies that another tab has replaced since the request was sent. */
  function isDoubtful(answer: Answer<Session>): boolean {
    if (answer.kind !== 'unauthenticated') return false;
    return answer.problem === 'session_renewed' || (state.status === 'authenticated' && refusals < 2);
  }

  function countRefusal(answer: Answer<unknown>) {
    if (answer.kind !== 'unauthenticated') return;
    refusals += 1;
    if (answer.problem === 'session_replaced') reason = 'replaced';
  }

  /** To be called with every failed request: some failures mean that the session is over, or another one. */
  function reportFailure(failure: Failure): void {
    if (failure.kind !== 'unauthenticated' && failure.kind !== 'other session') return;
    countRefusal(failure);
    if (state.status === 'authenticated') void load({ slide: false, fresh: true });
  }

  function receive(answer: Answer<Session>) {
    if (answer.kind === 'ok') {
      failures = refusals = 0;
      reason = 'ended';
      dispatch({ type: 'session received', session: answer.value });
    } else if (answer.kind === 'unauthenticated') {
      failures = 0;
      // Who waits has heard of a change: the answer to that request counts.
      if (waiting === 0) dispatch({ type: 'session missing', reason });
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
    restore,
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

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

import type { Session } from './session.ts';

/** Whether somebody is signed in, as far as this page knows. Exactly one of these holds at any time. */
export type AuthState =
  | { status: 'loading' }
  | { status: 'authenticated'; session: Session }
  /** `ended`: a session was there before, and is over. */
  | { status: 'unauthenticated'; ended: EndedSession | null }
  /** The server cannot say. It is asked again at `retryAt` (milliseconds since 1970). */
  | { status: 'unavailable'; retryAt: number };

/** `session` is what was known of it: nothing, when it was over before the page was opened. */
export type EndedSession = { session: Session | null; reason: EndReason };

/** Why a session is over. `replaced`: there were too many; `signed out`: by the user, on this page. */
export type EndReason = 'ended' | 'replaced' | 'signed out';

export type AuthEvent =
  | { type: 'session received'; session: Session }
  | { type: 'session missing'; reason: EndReason }
  | { type: 'server unavailable'; retryAt: number };

export function nextAuthState(state: AuthState, event: AuthEvent): AuthState {
  switch (event.type) {
    case 'session received':
      return { status: 'authenticated', session: event.session };
    case 'session missing':
      return { status: 'unauthenticated', ended: endedSession(state, event.reason) };
    case 'server unavailable':
      // An outage ends no session, and takes nothing back that is known.
      return isSettled(state) ? state : { status: 'unavailable', retryAt: event.retryAt };
  }
}

function endedSession(state: AuthState, reason: EndReason): EndedSession | null {
  if (state.status === 'authenticated') return { session: state.session, reason };
  if (state.status === 'unauthenticated' && state.ended) {
    // The stream may tell of the end before the request is answered that the user ended it with.
    return reason === 'signed out' ? { ...state.ended, reason } : state.ended;
  }
  return reason === 'ended' ? null : { session: null, reason };
}

/** The session of the open page: the running one, or the one that has ended while the page was open. */
export function sessionOf(state: AuthState): Session | null {
  if (state.status === 'authenticated') return state.session;
  return state.status === 'unauthenticated' ? (state.ended?.session ?? null) : null;
}

/** Whether the server has said who is signed in, or that nobody is. */
export function isSettled(state: AuthState): boolean {
  return state.status === 'authenticated' || state.status === 'unauthenticated';
}

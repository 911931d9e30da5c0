import type { SessionResponse } from '../../lib/api/types.ts';

/** Whether somebody is signed in, as far as this page knows. Exactly one of these holds at any time. */
export type AuthState =
  | { status: 'loading' }
  | { status: 'authenticated'; session: SessionResponse }
  /** `ended`: a session was there before, and is over. */
  | { status: 'unauthenticated'; ended: EndedSession | null }
  /** The server cannot say. It is asked again at `retryAt` (milliseconds since 1970). */
  | { status: 'unavailable'; retryAt: number };

/** `session` is what was known of it: nothing, when it was over before the page was opened. */
export type EndedSession = { session: SessionResponse | null; reason: EndReason };

/** Why a session is over. `replaced`: there were too many; `signed out`: by the user, on this page. */
export type EndReason = 'ended' | 'replaced' | 'signed out';

export type AuthEvent =
  | { type: 'session received'; session: SessionResponse }
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
      return isKnown(state) ? state : { status: 'unavailable', retryAt: event.retryAt };
  }
}

function endedSession(state: AuthState, reason: EndReason): EndedSession | null {
  if (state.status === 'authenticated') return { session: state.session, reason };
  if (state.status === 'unauthenticated' && state.ended) return state.ended;
  return reason === 'ended' ? null : { session: null, reason };
}

/** The session of the page that is open: the running one, or the one that ended beneath the user's hands. */
export function sessionOf(state: AuthState): SessionResponse | null {
  if (state.status === 'authenticated') return state.session;
  return state.status === 'unauthenticated' ? (state.ended?.session ?? null) : null;
}

export function isKnown(state: AuthState): boolean {
  return state.status === 'authenticated' || state.status === 'unauthenticated';
}

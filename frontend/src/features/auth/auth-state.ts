import type { SessionResponse } from '../../lib/api/types.ts';

/** Whether somebody is signed in, as far as this page knows. Exactly one of these holds at any time. */
export type AuthState =
  | { status: 'loading' }
  | { status: 'authenticated'; session: SessionResponse }
  /** `ended` holds the session that was there before, if there was one: it has ended while the page was open. */
  | { status: 'unauthenticated'; ended: SessionResponse | null }
  /** The server cannot say. It is asked again at `retryAt` (milliseconds since 1970). */
  | { status: 'unavailable'; retryAt: number };

export type AuthEvent =
  | { type: 'session received'; session: SessionResponse }
  | { type: 'session missing' }
  | { type: 'server unavailable'; retryAt: number };

export function nextAuthState(state: AuthState, event: AuthEvent): AuthState {
  switch (event.type) {
    case 'session received':
      return { status: 'authenticated', session: event.session };
    case 'session missing':
      return { status: 'unauthenticated', ended: lastSession(state) };
    case 'server unavailable':
      // An outage ends no session: who is signed in stays signed in.
      return state.status === 'authenticated' ? state : { status: 'unavailable', retryAt: event.retryAt };
  }
}

function lastSession(state: AuthState): SessionResponse | null {
  if (state.status === 'authenticated') return state.session;
  return state.status === 'unauthenticated' ? state.ended : null;
}

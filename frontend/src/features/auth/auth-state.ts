import type { Session } from './session.ts';

/** Authentication state of this page. */
export type AuthState =
  | { status: 'loading' }
  | { status: 'authenticated'; session: Session }
  /** `ended`: the session that was there before. */
  | { status: 'unauthenticated'; ended: EndedSession | null }
  /** The server is unavailable, and the page has no earlier state. */
  | { status: 'unavailable' };

/** An outage: the server cannot confirm the session. `problem`: see `Failure`. */
export type Outage = {
  problem: string | undefined;
  /** Time of the next retry, in milliseconds since 1970. */
  retryAt: number;
};

/** `session` is `null` if it ended before the page was opened. */
export type EndedSession = { session: Session | null; reason: EndReason };

/** `reason` of the event, such as `idleTimeout`, or `code` of the 401, such as `session_refused`; also unknown ones. */
export type EndReason = string | undefined;

export type AuthEvent =
  | { type: 'session received'; session: Session }
  | { type: 'session missing'; reason: EndReason }
  | { type: 'server unavailable' };

export function nextAuthState(state: AuthState, event: AuthEvent): AuthState {
  switch (event.type) {
    case 'session received':
      return { status: 'authenticated', session: event.session };
    case 'session missing':
      return { status: 'unauthenticated', ended: endedSession(state, event.reason) };
    case 'server unavailable':
      // An outage does not sign anybody out.
      return isSettled(state) ? state : { status: 'unavailable' };
  }
}

function endedSession(state: AuthState, reason: EndReason): EndedSession | null {
  if (state.status === 'authenticated') return { session: state.session, reason };
  if (state.status === 'unauthenticated' && state.ended) return state.ended;
  return reason === undefined ? null : { session: null, reason };
}

/** Returns the current session, or the one that ended while the page was open. */
export function sessionOf(state: AuthState): Session | null {
  if (state.status === 'authenticated') return state.session;
  return state.status === 'unauthenticated' ? (state.ended?.session ?? null) : null;
}

/** True once the server has said whether the user is signed in. */
export function isSettled(state: AuthState): boolean {
  return state.status === 'authenticated' || state.status === 'unauthenticated';
}

/** True if no request reaches the backend, not even a sign-out. */
export function isUnreachable(outage: Pick<Outage, 'problem'> | null): boolean {
  return outage !== null && ['network', 'offline', undefined].includes(outage.problem);
}

/** True if the user is signed in. A backend that reports an outage of store or provider has seen a session cookie. */
export function isSignedIn(state: AuthState, outage: Outage | null): boolean {
  const hasSessionCookie = ['session_store_unavailable', 'identity_provider_unavailable'].includes(
    outage?.problem ?? '',
  );
  return state.status === 'authenticated' || (state.status === 'unavailable' && hasSessionCookie);
}

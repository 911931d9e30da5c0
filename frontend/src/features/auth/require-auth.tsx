import { type ReactNode, useEffect } from 'react';
import { useAuth } from './auth-context.tsx';
import { type EndedSession, sessionOf } from './auth-state.ts';
import { loginUrl } from './login-url.ts';

type Props = {
  /** The page that the user wants, to come back to after sign-in: path, query and fragment. */
  page: string;
  /** Shown until the server has said who is signed in, and on the way to sign-in. */
  loading: ReactNode;
  /** Shown while the server cannot say. It is asked again at `retryAt`, milliseconds since 1970. */
  unavailable: (retryAt: number) => ReactNode;
  /** Shown above the page whose session has ended, or in its place when nothing is known of the session. */
  ended: (ended: EndedSession) => ReactNode;
  children: ReactNode;
};

/**
 * Shows its children to signed-in users only. Others are taken to sign-in and come back to the page they wanted;
 * who was signed in a moment ago stays where they are, is told, and decides.
 */
export function RequireAuth({ page, loading, unavailable, ended: showEnded, children }: Props) {
  const { state, leaveTo } = useAuth();
  const session = sessionOf(state);
  const ended = state.status === 'unauthenticated' ? state.ended : null;
  const mustSignIn = state.status === 'unauthenticated' && !ended;

  useEffect(() => {
    // Replaced, so that the back button leads to the page before this one and not into the sign-in again.
    if (mustSignIn) leaveTo(loginUrl({ returnUrl: page }), { replace: true });
  }, [mustSignIn, leaveTo, page]);

  if (state.status === 'unavailable') return unavailable(state.retryAt);
  if (!session && !ended) return loading;
  return (
    <>
      {ended && showEnded(ended)}
      {session && (
        // The page outlives its session, with all that was typed, until another user takes it over.
        <div key={`${session.tenantId} ${session.userId}`} inert={ended !== null}>
          {children}
        </div>
      )}
    </>
  );
}

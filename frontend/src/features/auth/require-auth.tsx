import { type ReactNode, useEffect } from 'react';
import { useAuth } from './auth-context.tsx';
import { type EndedSession, sessionOf } from './auth-state.ts';
import { loginUrl } from './login-url.ts';

type Props = {
  /** Page to return to after sign-in: path, query and fragment. */
  page: string;
  /** Shown while the session loads, and during the redirect to sign-in. */
  loading: ReactNode;
  /** Shown while the server is unavailable. */
  unavailable: ReactNode;
  /** Shown to signed-out users who came by the back button: a redirect would send them forward again. */
  signedOut: ReactNode;
  /** Shown above the page when its session has ended, or instead of it if the session is unknown. */
  ended: (ended: EndedSession) => ReactNode;
  children: ReactNode;
};

/**
 * Shows its children to signed-in users only. Others are redirected to sign-in, and return to the page afterwards. If
 * the session ends while the page is open, the page stays and the user decides.
 */
export function RequireAuth({ page, loading, unavailable, signedOut, ended: showEnded, children }: Props) {
  const { state, leaveTo } = useAuth();
  const session = sessionOf(state);
  const ended = state.status === 'unauthenticated' ? state.ended : null;
  const isSignedOut = state.status === 'unauthenticated' && !ended;
  const mustSignIn = isSignedOut && !isBackNavigation();

  useEffect(() => {
    // Replaces the history entry, so that the back button does not start the sign-in again.
    if (mustSignIn) void leaveTo(loginUrl({ returnUrl: page }), { replace: true });
  }, [mustSignIn, leaveTo, page]);

  if (state.status === 'unavailable') return unavailable;
  if (isSignedOut && !mustSignIn) return signedOut;
  if (!session && !ended) return loading;
  return (
    <>
      {ended && showEnded(ended)}
      {session && (
        // The page and its input stay when the session ends, until another user signs in.
        <div key={`${session.tenantId} ${session.userId}`} inert={ended !== null}>
          {children}
        </div>
      )}
    </>
  );
}

function isBackNavigation(): boolean {
  const [navigation] = performance.getEntriesByType('navigation') as PerformanceNavigationTiming[];
  return navigation?.type === 'back_forward';
}

import { type ReactNode, useEffect } from 'react';
import { Loading } from '../../components/loading.tsx';
import { Page } from '../../components/page.tsx';
import { RetryNotice } from '../../components/retry-notice.tsx';
import { loginUrl } from '../../lib/paths.ts';
import { useAuth } from './auth-context.tsx';
import { sessionOf } from './auth-state.ts';
import { SessionEnded } from './session-ended.tsx';
import { useWantedPage } from './use-wanted-page.ts';

/**
 * Shows its children to signed-in users only. Others are taken to sign-in and come back to the page they wanted;
 * who was signed in a moment ago stays where they are, is told, and decides.
 */
export function RequireAuth({ children }: { children: ReactNode }) {
  const { state, leaveTo, load } = useAuth();
  const wantedPage = useWantedPage();
  const session = sessionOf(state);
  const ended = state.status === 'unauthenticated' ? state.ended : null;
  const mustSignIn = state.status === 'unauthenticated' && !ended;

  useEffect(() => {
    // Replaced, so that the back button leads to the page before this one and not into the sign-in again.
    if (mustSignIn) leaveTo(loginUrl({ returnUrl: wantedPage }), { replace: true });
  }, [mustSignIn, leaveTo, wantedPage]);

  if (state.status === 'unavailable') {
    return (
      <Page title="Back in a moment">
        <RetryNotice retryAt={state.retryAt} onRetry={() => load()}>
          The server cannot be reached just now. This signs nobody out, and the page opens by itself when it is back.
        </RetryNotice>
      </Page>
    );
  }
  if (!session && !ended) {
    return <Loading label={mustSignIn ? 'Taking you to sign-in' : 'Looking for your session'} />;
  }
  return (
    <>
      {ended && <SessionEnded ended={ended} />}
      {session && (
        // The page outlives its session, with all that was typed, until another user takes it over.
        <div key={`${session.tenantId} ${session.userId}`} inert={ended !== null}>
          {children}
        </div>
      )}
    </>
  );
}

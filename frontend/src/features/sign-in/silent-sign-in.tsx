import { type ReactNode, useLayoutEffect, useState } from 'react';
import { useLocation } from 'react-router';
import { Loading } from '../../components/loading.tsx';
import { pages } from '../../lib/paths.ts';
import { useAuth } from '../auth/auth-context.tsx';
import { loginUrl } from '../auth/login-url.ts';
import { useCurrentPage } from './use-current-page.ts';

/** Key of `sessionStorage` for a tab that has tried, or was signed in: its user may have signed out on purpose. */
const key = 'silent-sign-in';

/**
 * Tries once in each tab, on the start page, to sign in without asking, for users who are signed in at the provider. The
 * browser comes back in any case. Only for an installation that wants it (`SILENT_SIGN_IN`).
 */
export function SilentSignIn({ children }: { children: ReactNode }) {
  const { state, leaveTo } = useAuth();
  const page = useCurrentPage();
  const isStart = useLocation().pathname === pages.home;
  const isSignedIn = state.status === 'authenticated';
  const mayTry = isStart && state.status === 'unauthenticated' && !state.ended;
  const [isLeaving, setLeaving] = useState(false);

  // Before the first paint, so that the page does not flash.
  useLayoutEffect(() => {
    if (isSignedIn) noteTry();
    if (!mayTry || !noteTry()) return;
    setLeaving(true);
    void leaveTo(loginUrl({ returnUrl: page, prompt: 'none' }), { replace: true }).then((left) => setLeaving(left));
  }, [isSignedIn, mayTry, leaveTo, page]);

  return isLeaving ? <Loading label="Checking whether you are signed in" /> : children;
}

/** Returns `true` at the first call in this tab. Without storage that survives a reload it could try forever. */
function noteTry(): boolean {
  if (!(sessionStorage instanceof Storage) || sessionStorage.getItem(key) !== null) return false;
  sessionStorage.setItem(key, 'tried');
  return true;
}

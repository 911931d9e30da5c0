import { createContext, type ReactNode, startTransition, use, useEffect, useMemo, useState } from 'react';
import { type AuthState, sessionOf } from './auth-state.ts';
import type { AuthStore } from './auth-store.ts';
import { followOtherTabs } from './other-tabs.ts';
import type { Session } from './session.ts';

export type Auth = Pick<AuthStore, 'load' | 'reportFailure' | 'signedOut'> & {
  state: AuthState;
  /** Leaves this application, for sign-in and sign-out. With `replace` the back button skips the present page. */
  leaveTo: LeaveTo;
};

export type LeaveTo = (url: string, options?: { replace: boolean }) => void;

const AuthContext = createContext<Auth | null>(null);

type Props = { store: AuthStore; leaveTo?: LeaveTo; children: ReactNode };

/** Gives the pages below it the auth state. Needs no other provider. */
export function AuthProvider({ store, leaveTo = leaveByNavigation, children }: Props) {
  const [state, setState] = useState(store.getState);
  const [restored, setRestored] = useState(0);

  useEffect(() => {
    // As a transition: a page whose code is still on its way does not blank out the page that is there.
    const show = () => startTransition(() => setState(store.getState()));
    show();
    return store.subscribe(show);
  }, [store]);

  useEffect(() => followOtherTabs(store), [store]);

  useEffect(() => {
    const askIfUnavailable = () => {
      if (store.getState().status === 'unavailable') void store.load();
    };
    // A page that comes back from the back/forward cache is one of the user of then. It goes there out of sight, and
    // is seen again when it is known who it is now.
    const hide = (event: PageTransitionEvent) => {
      if (event.persisted) document.body.hidden = true;
    };
    const askIfRestored = async (event: PageTransitionEvent) => {
      if (!event.persisted) return;
      await store.restore();
      setState(store.getState());
      setRestored((count) => count + 1);
    };
    window.addEventListener('online', askIfUnavailable);
    window.addEventListener('pagehide', hide);
    window.addEventListener('pageshow', askIfRestored);
    return () => {
      window.removeEventListener('online', askIfUnavailable);
      window.removeEventListener('pagehide', hide);
      window.removeEventListener('pageshow', askIfRestored);
    };
  }, [store]);

  // Together with the state that was set beside it.
  useEffect(() => {
    if (restored > 0) document.body.hidden = false;
  }, [restored]);

  const auth = useMemo(
    () => ({ state, leaveTo, load: store.load, reportFailure: store.reportFailure, signedOut: store.signedOut }),
    [state, leaveTo, store],
  );
  return <AuthContext value={auth}>{children}</AuthContext>;
}

export function useAuth(): Auth {
  const auth = use(AuthContext);
  if (!auth) throw new Error('useAuth needs an AuthProvider above it');
  return auth;
}

/** The session of the signed-in user, or the one that has just ended; only for pages inside `RequireAuth`. */
export function useSession(): Session {
  const session = sessionOf(useAuth().state);
  if (!session) throw new Error('useSession needs a RequireAuth above it');
  return session;
}

const leaveByNavigation: LeaveTo = (url, options) => {
  if (options?.replace) window.location.replace(url);
  else window.location.assign(url);
};

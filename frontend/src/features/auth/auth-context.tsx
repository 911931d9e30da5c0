import {
  createContext,
  type ReactNode,
  startTransition,
  use,
  useEffect,
  useMemo,
  useState,
  useSyncExternalStore,
} from 'react';
import { type AuthState, type Outage, sessionOf } from './auth-state.ts';
import type { AuthStore } from './auth-store.ts';
import { followOtherTabs } from './other-tabs.ts';
import type { Session } from './session.ts';

export type Auth = Pick<AuthStore, 'load' | 'reportFailure' | 'noteEnd'> & {
  state: AuthState;
  outage: Outage | null;
  /**
   * Navigates to sign-in or sign-out and resolves to `true`; to `false` if the server is unreachable.
   * With `replace` the back button skips the current page.
   */
  leaveTo: (...to: Parameters<LeaveTo>) => Promise<boolean>;
};

export type LeaveTo = (url: string, options?: { replace: boolean }) => void;

const AuthContext = createContext<Auth | null>(null);

type Props = { store: AuthStore; leaveTo?: LeaveTo; children: ReactNode };

/** Provides the auth state. Depends on no other provider. */
export function AuthProvider({ store, leaveTo = leaveByNavigation, children }: Props) {
  const [state, setState] = useState(store.getState);
  const outage = useSyncExternalStore(store.subscribe, store.getOutage);
  const [restored, setRestored] = useState(0);

  useEffect(() => {
    // A transition keeps the current page visible while the code of the next one loads.
    const show = () => startTransition(() => setState(store.getState()));
    show();
    return store.subscribe(show);
  }, [store]);

  useEffect(() => followOtherTabs(store), [store]);

  useEffect(() => {
    // The browser may be wrong about the network: the server may run on this machine.
    const ask = () => void store.load({ slide: false, fresh: true });
    const askDuringOutage = () => {
      if (store.getOutage()) ask();
    };
    // A page from the back/forward cache shows an earlier user. It is hidden when it enters the cache, and shown again
    // once the current user is known.
    const hide = (event: PageTransitionEvent) => {
      if (event.persisted) document.body.hidden = true;
    };
    const askIfRestored = async (event: PageTransitionEvent) => {
      if (!event.persisted) return;
      await store.restore();
      setState(store.getState());
      setRestored((count) => count + 1);
    };
    window.addEventListener('offline', ask);
    window.addEventListener('online', askDuringOutage);
    window.addEventListener('pagehide', hide);
    window.addEventListener('pageshow', askIfRestored);
    return () => {
      window.removeEventListener('offline', ask);
      window.removeEventListener('online', askDuringOutage);
      window.removeEventListener('pagehide', hide);
      window.removeEventListener('pageshow', askIfRestored);
    };
  }, [store]);

  // Runs after the restored state is rendered.
  useEffect(() => {
    if (restored > 0) document.body.hidden = false;
  }, [restored]);

  const auth = useMemo(() => {
    const { load, reportFailure, noteEnd, isReachable, getOutage } = store;
    async function leaveIfReachable(...to: Parameters<LeaveTo>) {
      if (getOutage() && !(await isReachable())) return false;
      leaveTo(...to);
      return true;
    }
    return { state, outage, load, reportFailure, noteEnd, leaveTo: leaveIfReachable };
  }, [state, outage, leaveTo, store]);
  return <AuthContext value={auth}>{children}</AuthContext>;
}

export function useAuth(): Auth {
  const auth = use(AuthContext);
  if (!auth) throw new Error('useAuth needs an AuthProvider above it');
  return auth;
}

/** Returns the current session, or the one that has just ended. Only for pages inside `RequireAuth`. */
export function useSession(): Session {
  const session = sessionOf(useAuth().state);
  if (!session) throw new Error('useSession needs a RequireAuth above it');
  return session;
}

const leaveByNavigation: LeaveTo = (url, options) => {
  if (options?.replace) window.location.replace(url);
  else window.location.assign(url);
};

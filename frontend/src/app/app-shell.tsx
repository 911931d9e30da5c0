import { Suspense, useEffect, useRef, useState } from 'react';
import { Link, NavLink, Outlet, useLocation, useNavigationType } from 'react-router';
import { ErrorBoundary } from '../components/error-boundary.tsx';
import { Loading } from '../components/loading.tsx';
import { appName } from '../components/page.tsx';
import { useAuth } from '../features/auth/auth-context.tsx';
import { isSignedIn, sessionOf } from '../features/auth/auth-state.ts';
import { hasRole } from '../features/auth/roles.ts';
import { ConnectionBar } from '../features/session-watch/connection-bar.tsx';
import { SignOutButton } from '../features/sign-in/sign-out-button.tsx';
import { useAppConfig } from '../lib/app-config.ts';
import { pages } from '../lib/paths.ts';
import { administrator } from '../lib/roles.ts';
import { type SessionEventListener, SessionEventListeners } from '../lib/session-event-listeners.ts';
import { SessionWatch, SilentSignIn } from './lazy-pages.tsx';
import './app-shell.css';

/** The frame around every page. */
export function AppShell() {
  const main = useFocusAfterNavigation();
  const config = useAppConfig();
  const session = sessionOf(useAuth().state);
  const [listeners] = useState(() => new Set<SessionEventListener>());
  return (
    <SessionEventListeners value={listeners}>
      <a className="skip-link" href="#main">
        Skip to content
      </a>
      <header className="bar">
        <Link to={pages.home} className="brand">
          <img src="/favicon.svg" alt="" width="28" height="28" />
          <span>{appName}</span>
        </Link>
        <UserMenu />
        <div className="banners" aria-live="polite">
          <ConnectionBar />
          {session && (
            // Optional: its file may be gone after a new version was deployed.
            <ErrorBoundary fallback={null}>
              <Suspense fallback={null}>
                <SessionWatch />
              </Suspense>
            </ErrorBoundary>
          )}
        </div>
      </header>
      <main id="main" ref={main} tabIndex={-1}>
        <Suspense fallback={<Loading />}>
          {config?.silentSignIn ? (
            <SilentSignIn>
              <Outlet />
            </SilentSignIn>
          ) : (
            <Outlet />
          )}
        </Suspense>
      </main>
      <footer>{config?.version && `Version ${config.version}`}</footer>
    </SessionEventListeners>
  );
}

function UserMenu() {
  const { state, outage } = useAuth();
  if (!isSignedIn(state, outage)) return null;
  const session = sessionOf(state);
  return (
    <nav aria-label="Your account">
      <NavLink to={pages.session}>Session</NavLink>
      <NavLink to={pages.sessions}>Devices</NavLink>
      <NavLink to={pages.profile}>Profile</NavLink>
      {session && hasRole(session, administrator) && <NavLink to={pages.admin}>Admin</NavLink>}
      <SignOutButton />
    </nav>
  );
}

/** Moves the focus to the heading after navigation, where screen readers start after a full page load. */
function useFocusAfterNavigation() {
  const main = useRef<HTMLElement>(null);
  const { pathname } = useLocation();
  const navigationType = useNavigationType();
  const previous = useRef(pathname);

  useEffect(() => {
    if (previous.current === pathname) return;
    previous.current = pathname;
    (main.current?.querySelector('h1') ?? main.current)?.focus({ preventScroll: true });
    // After going back, the browser restores the scroll position itself.
    if (navigationType !== 'POP') window.scrollTo(0, 0);
  }, [pathname, navigationType]);

  return main;
}

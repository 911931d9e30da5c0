import { Suspense, useEffect, useRef } from 'react';
import { Link, NavLink, Outlet, useLocation, useNavigationType } from 'react-router';
import { ErrorBoundary } from '../components/error-boundary.tsx';
import { Loading } from '../components/loading.tsx';
import { appName } from '../components/page.tsx';
import { useAuth } from '../features/auth/auth-context.tsx';
import { sessionOf } from '../features/auth/auth-state.ts';
import { SignOutButton } from '../features/sign-in/sign-out-button.tsx';
import { useAppConfig } from '../lib/app-config.ts';
import { pages } from '../lib/paths.ts';
import { SessionWatch } from './lazy-pages.tsx';
import './app-shell.css';

/** The frame around every page. */
export function AppShell() {
  const main = useFocusAfterNavigation();
  const config = useAppConfig();
  const session = sessionOf(useAuth().state);
  return (
    <>
      <a className="skip-link" href="#main">
        Skip to content
      </a>
      <header className="bar">
        <Link to={pages.home} className="brand">
          <img src="/favicon.svg" alt="" width="28" height="28" />
          <span>{appName}</span>
        </Link>
        <UserMenu />
        {session && (
          // The page does without it when its file is gone.
          <ErrorBoundary fallback={null}>
            <Suspense fallback={null}>
              <SessionWatch />
            </Suspense>
          </ErrorBoundary>
        )}
      </header>
      <main id="main" ref={main} tabIndex={-1}>
        <Suspense fallback={<Loading />}>
          <Outlet />
        </Suspense>
      </main>
      <footer>{config?.version && `Version ${config.version}`}</footer>
    </>
  );
}

function UserMenu() {
  const { state } = useAuth();
  if (state.status !== 'authenticated') return null;
  return (
    <nav aria-label="Your account">
      <NavLink to={pages.session}>Session</NavLink>
      <NavLink to={pages.sessions}>Sessions</NavLink>
      <NavLink to={pages.profile}>Profile</NavLink>
      <SignOutButton />
    </nav>
  );
}

/** After a change of page the focus goes to its heading, as after a full page load a screen reader begins there. */
function useFocusAfterNavigation() {
  const main = useRef<HTMLElement>(null);
  const { pathname } = useLocation();
  const navigationType = useNavigationType();
  const previous = useRef(pathname);

  useEffect(() => {
    if (previous.current === pathname) return;
    previous.current = pathname;
    (main.current?.querySelector('h1') ?? main.current)?.focus({ preventScroll: true });
    // Going back, the browser restores the place itself.
    if (navigationType !== 'POP') window.scrollTo(0, 0);
  }, [pathname, navigationType]);

  return main;
}

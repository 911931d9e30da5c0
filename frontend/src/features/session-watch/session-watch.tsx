import { useEffect } from 'react';
import { useAuth } from '../auth/auth-context.tsx';
import { sessionOf } from '../auth/auth-state.ts';
import { AccountChanged } from './account-changed.tsx';
import { EndingSoon } from './ending-soon.tsx';
import './session-watch.css';

const pollMs = 30_000;

/** Keeps what the page shows of the session true while time passes, and tells the user what is about to change. */
export function SessionWatch() {
  const { state, load } = useAuth();
  const session = sessionOf(state);
  const isRunning = state.status === 'authenticated';

  useEffect(() => {
    // Asking is no activity of the user, and nobody sees what a hidden tab would learn.
    const ask = () => {
      if (document.visibilityState === 'visible') void load({ slide: false });
    };
    const poll = isRunning ? setInterval(ask, pollMs) : undefined;
    window.addEventListener('focus', ask);
    document.addEventListener('visibilitychange', ask);
    return () => {
      clearInterval(poll);
      window.removeEventListener('focus', ask);
      document.removeEventListener('visibilitychange', ask);
    };
  }, [isRunning, load]);

  return (
    <div className="banners" aria-live="polite">
      {session && <AccountChanged session={session} />}
      {isRunning && <EndingSoon facts={state.session.metadata.session} />}
    </div>
  );
}

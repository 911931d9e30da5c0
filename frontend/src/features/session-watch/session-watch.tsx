import { useEffect, useState } from 'react';
import { followSession, onSessionEvent } from '../../lib/session-events.ts';
import { type Auth, useAuth } from '../auth/auth-context.tsx';
import { sessionOf } from '../auth/auth-state.ts';
import { AccountChanged } from './account-changed.tsx';
import { EndingSoon } from './ending-soon.tsx';
import { useActivity } from './use-activity.ts';
import './session-watch.css';

const pollMs = 30_000;
/** What the server tells at once it need not be asked for. */
const pollWhileHeardMs = 300_000;

/** Keeps what the page shows of the session true while time passes, and tells the user what is about to change. */
export function SessionWatch() {
  const { state, load } = useAuth();
  const session = sessionOf(state);
  const isRunning = state.status === 'authenticated';
  const handle = isRunning ? state.session.metadata.session.handle : undefined;
  const isHeard = useSessionEvents(handle, load);

  useActivity(isRunning, load);

  useEffect(() => {
    // Asking is no activity of the user, and nobody sees what a hidden tab would learn.
    const ask = () => {
      if (document.visibilityState === 'visible') void load({ slide: false });
    };
    const poll = isRunning ? setInterval(ask, isHeard ? pollWhileHeardMs : pollMs) : undefined;
    window.addEventListener('focus', ask);
    document.addEventListener('visibilitychange', ask);
    return () => {
      clearInterval(poll);
      window.removeEventListener('focus', ask);
      document.removeEventListener('visibilitychange', ask);
    };
  }, [isRunning, isHeard, load]);

  return (
    <div className="banners" aria-live="polite">
      {session && <AccountChanged session={session} />}
      {isRunning && <EndingSoon facts={state.session.metadata.session} />}
    </div>
  );
}

/** Asks what has become of the session when the server says that something has. Whether it would say so just now. */
function useSessionEvents(handle: string | undefined, load: Auth['load']): boolean {
  const [isHeard, setHeard] = useState(false);
  useEffect(() => {
    if (!handle) return;
    const ask = () => void load({ slide: false, fresh: true });
    const unfollow = followSession({ onHeard: setHeard, onGap: ask });
    const stopListening = onSessionEvent(({ type }) => {
      if (type === 'ended' || type === 'renewed' || type === 'used') ask();
    });
    return () => {
      stopListening();
      unfollow();
    };
  }, [handle, load]);
  return isHeard;
}

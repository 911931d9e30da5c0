import { use, useEffect, useState } from 'react';
import { SessionEventListeners } from '../../lib/session-event-listeners.ts';
import { openEventStream } from '../../lib/session-events.ts';
import { type Auth, useAuth } from '../auth/auth-context.tsx';
import { sessionOf } from '../auth/auth-state.ts';
import { AccountChanged } from './account-changed.tsx';
import { EndingSoon } from './ending-soon.tsx';
import { useActivity } from './use-activity.ts';

const pollMs = 30_000;
/** With an event stream, polling only catches what the stream may have lost. */
const pollWhileConnectedMs = 300_000;

/** Keeps the session on the page up to date, and warns the user before it ends. */
export function SessionWatch() {
  const { state, load, noteEnd } = useAuth();
  const session = sessionOf(state);
  const isRunning = state.status === 'authenticated';
  const handle = isRunning ? state.session.metadata.session.handle : undefined;
  const isConnected = useSessionEvents(handle, load, noteEnd);

  useActivity(isRunning, load);

  useEffect(() => {
    // Polling does not count as activity of the user, and a hidden tab has nothing to show.
    const ask = () => {
      if (document.visibilityState === 'visible') void load({ slide: false });
    };
    const poll = isRunning ? setInterval(ask, isConnected ? pollWhileConnectedMs : pollMs) : undefined;
    window.addEventListener('focus', ask);
    document.addEventListener('visibilitychange', ask);
    return () => {
      clearInterval(poll);
      window.removeEventListener('focus', ask);
      document.removeEventListener('visibilitychange', ask);
    };
  }, [isRunning, isConnected, load]);

  return (
    <>
      {session && <AccountChanged session={session} />}
      {isRunning && <EndingSoon facts={state.session.metadata.session} />}
    </>
  );
}

/** Loads the session after each event that may have changed it. Returns `true` while the event stream is open. */
function useSessionEvents(handle: string | undefined, load: Auth['load'], noteEnd: Auth['noteEnd']): boolean {
  const listeners = use(SessionEventListeners);
  const [isConnected, setConnected] = useState(false);
  useEffect(() => {
    if (!handle) return;
    const reload = () => void load({ slide: false, fresh: true });
    return openEventStream({
      onConnected: setConnected,
      onGap: reload,
      onEvent: (event) => {
        if (event.type === 'ended') noteEnd(event.reason);
        if (event.type === 'ended' || event.type === 'renewed' || event.type === 'used') reload();
        for (const listener of listeners ?? []) listener(event);
      },
    });
  }, [handle, listeners, load, noteEnd]);
  return isConnected;
}

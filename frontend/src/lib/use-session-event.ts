import { use, useEffect, useEffectEvent } from 'react';
import { type SessionEventListener, SessionEventListeners } from './session-event-listeners.ts';

/** Calls `listener` with each event that the server pushes about this session. */
export function useSessionEvent(listener: SessionEventListener): void {
  const listeners = use(SessionEventListeners);
  const onEvent = useEffectEvent(listener);
  useEffect(() => {
    const call: SessionEventListener = (event) => onEvent(event);
    listeners?.add(call);
    return () => void listeners?.delete(call);
  }, [listeners]);
}

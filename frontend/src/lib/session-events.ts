import type { SessionEvent } from './api/types.ts';

type Listener = (event: SessionEvent) => void;

const address = '/api/session/events';
/** After a refusal, there being too many streams, the page asks for one again. Meanwhile it polls. */
const askAgainMs = 30_000;

const listeners = new Set<Listener>();

/** Calls `listener` with what the server tells of this session, until the function that it returns is called. */
export function onSessionEvent(listener: Listener): () => void {
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
  };
}

type Hearing = {
  /** Whether the server tells just now. */
  onHeard: (heard: boolean) => void;
  /** The stream broke, or goes on after it did: something may have happened untold. */
  onGap: () => void;
};

/**
 * Has the server tell what happens to this session, while the tab is looked at: a browser has few connections, and
 * nobody sees what a hidden tab would learn. Returns how to stop.
 */
export function followSession({ onHeard, onGap }: Hearing): () => void {
  if (typeof EventSource === 'undefined') return () => {};
  let stream: EventSource | undefined;
  let retry: ReturnType<typeof setTimeout> | undefined;

  function open() {
    stream = new EventSource(address);
    let isBroken = false;
    stream.onopen = () => {
      onHeard(true);
      if (isBroken) onGap();
      isBroken = false;
    };
    stream.onmessage = ({ data }) => {
      const event: SessionEvent = JSON.parse(data);
      // There is nothing to come back for.
      if (event.type === 'ended') close();
      for (const listener of listeners) listener(event);
    };
    stream.onerror = () => {
      onHeard(false);
      if (!isBroken) onGap();
      isBroken = true;
      // What broke the browser mends by itself; a refusal is for good.
      if (stream?.readyState === EventSource.CLOSED) retry = setTimeout(openIfVisible, askAgainMs);
    };
  }

  function close() {
    clearTimeout(retry);
    stream?.close();
    stream = undefined;
    onHeard(false);
  }

  function openIfVisible() {
    close();
    if (document.visibilityState === 'visible') open();
  }

  openIfVisible();
  document.addEventListener('visibilitychange', openIfVisible);
  return () => {
    document.removeEventListener('visibilitychange', openIfVisible);
    close();
  };
}

import type { SessionEvent } from './api/types.ts';

const address = '/api/session/events';
/** Wait before a new stream is opened after the server refused one, because the browser has too many. */
const reopenMs = 30_000;

type Callbacks = {
  onEvent: (event: SessionEvent) => void;
  /** Called with `true` once the stream is open, and with `false` when it is not. */
  onConnected: (isConnected: boolean) => void;
  /** The stream broke, or reopened after that: events may have been missed. */
  onGap: () => void;
};

/**
 * Opens the event stream of this session while the tab is visible: browsers limit the connections to a server, and a
 * hidden tab has nothing to show. Returns a function that closes it.
 */
export function openEventStream({ onEvent, onConnected, onGap }: Callbacks): () => void {
  if (typeof EventSource === 'undefined') return () => {};
  let stream: EventSource | undefined;
  let retry: ReturnType<typeof setTimeout> | undefined;

  function open() {
    stream = new EventSource(address);
    let isBroken = false;
    stream.onopen = () => {
      onConnected(true);
      if (isBroken) onGap();
      isBroken = false;
    };
    stream.onmessage = ({ data }) => {
      const event: SessionEvent = JSON.parse(data);
      // Closed here, or the browser would reconnect.
      if (event.type === 'ended') close();
      onEvent(event);
    };
    stream.onerror = () => {
      onConnected(false);
      if (!isBroken) onGap();
      isBroken = true;
      // The browser reconnects a broken stream, but not one that the server refused.
      if (stream?.readyState === EventSource.CLOSED) retry = setTimeout(openIfVisible, reopenMs);
    };
  }

  function close() {
    clearTimeout(retry);
    stream?.close();
    stream = undefined;
    onConnected(false);
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

import { isKnown, sessionOf } from './auth-state.ts';
import type { AuthStore } from './auth-store.ts';

/**
 * Tells the other tabs of this browser when the session has changed, and asks the server when one of them says so.
 * The message says nothing more: whatever a tab shows, the server has told that tab. Returns how to stop.
 */
export function followOtherTabs(store: AuthStore): () => void {
  const channel = new BroadcastChannel('session');
  const tell = () => channel.postMessage('changed');
  let known: unknown;
  let heard = false;

  function tellNews() {
    const state = store.getState();
    if (!isKnown(state)) return;
    // A page that has just been opened may come from sign-in or sign-out: its first answer is news too.
    const now = state.status === 'authenticated' ? sessionOf(state)?.metadata.session.handle : 'nobody';
    if (now !== known && !heard) tell();
    known = now;
    heard = false;
  }

  channel.onmessage = () => {
    heard = true;
    void store.load({ slide: false, afresh: true });
  };
  tellNews();
  const stopListening = store.subscribe(tellNews);
  return () => {
    stopListening();
    channel.close();
  };
}

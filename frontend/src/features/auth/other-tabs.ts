import { isSettled } from './auth-state.ts';
import type { AuthStore } from './auth-store.ts';

/**
 * Notifies the other tabs of this browser of changes of the session, and loads the session when one of them does. The
 * message carries no data: each tab shows only what the server has told it. Returns a function that stops both.
 */
export function followOtherTabs(store: AuthStore): () => void {
  const channel = new BroadcastChannel('session');
  let lastHandle: string | null | undefined;
  let askedByOtherTab = false;

  function announceChange() {
    const state = store.getState();
    if (!isSettled(state)) return;
    // A new page may come from sign-in or sign-out, so its first response is a change too.
    const handle = state.status === 'authenticated' ? state.session.metadata.session.handle : null;
    if (handle !== lastHandle && !askedByOtherTab) channel.postMessage('changed');
    lastHandle = handle;
    askedByOtherTab = false;
  }

  channel.onmessage = () => {
    askedByOtherTab = true;
    void store.load({ slide: false, fresh: true });
  };
  announceChange();
  const unsubscribe = store.subscribe(announceChange);
  return () => {
    unsubscribe();
    channel.close();
  };
}

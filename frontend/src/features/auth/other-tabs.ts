import { isSettled } from './auth-state.ts';
import type { AuthStore } from './auth-store.ts';

/**
 * Tells the other tabs of this browser when the session has changed, and asks the server when one of them says so.
 * The message says nothing more: whatever a tab shows, the server has told that tab. Returns how to stop.
 */
export function followOtherTabs(store: AuthStore): () => void {
  const channel = new BroadcastChannel('session');
  let lastHandle: string | null | undefined;
  let askedByOtherTab = false;

  function announceChange() {
    const state = store.getState();
    if (!isSettled(state)) return;
    // A page that has just been opened may come from sign-in or sign-out: its first answer is a change too.
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

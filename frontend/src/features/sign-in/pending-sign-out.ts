import { forgetDrafts } from '../../lib/drafts.ts';
import { type AuthState, isSettled } from '../auth/auth-state.ts';

// A sign-out that this tab has begun: handle of the session, `everywhere` or `here`, and the page that the browser
// leaves. `sessionStorage` keeps it for the next page, the first to learn whether the session has ended.
const key = 'sign-out';

function pendingSignOut() {
  const [handle, scope, page] = sessionStorage.getItem(key)?.split(' ') ?? [];
  return { handle, isEverywhere: scope === 'everywhere', isLeaving: page === thisPage() };
}

/** Identifies this load of the page: no other page of the tab has the same time origin. */
const thisPage = () => String(performance.timeOrigin);

/** Notes that the browser leaves to end this session. `isEverywhere`: the user's other sessions have ended already. */
export function noteSignOut(handle: string, { isEverywhere = false } = {}): void {
  sessionStorage.setItem(key, `${handle} ${isEverywhere ? 'everywhere' : 'here'} ${thisPage()}`);
}

/** Notes that this page is shown again, after the browser's back button for example. */
export function noteReturn(): void {
  const { handle, isEverywhere, isLeaving } = pendingSignOut();
  if (handle && isLeaving) sessionStorage.setItem(key, `${handle} ${isEverywhere ? 'everywhere' : 'here'}`);
}

export function isLeavingToSignOut(): boolean {
  return pendingSignOut().isLeaving;
}

/** True if this tab has just signed out everywhere; always false after `settleSignOut`. */
export function hasSignedOutEverywhere(): boolean {
  return pendingSignOut().isEverywhere;
}

/** Deletes the drafts if the pending sign-out has ended the session, and then the note of it. */
export function settleSignOut(state: AuthState): void {
  const { handle, isLeaving } = pendingSignOut();
  if (!handle || !isSettled(state)) return;
  const isStillSignedIn = state.status === 'authenticated' && state.session.metadata.session.handle === handle;
  if (!isStillSignedIn) forgetDrafts();
  // The page that is being left keeps the note: its state may be older than the sign-out, and the next page needs it.
  if (!isLeaving) sessionStorage.removeItem(key);
}

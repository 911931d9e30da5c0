import { type AuthState, isSettled } from '../auth/auth-state.ts';

/** Forgets the theme of a session that has ended. `public/theme.js` shows it as `<theme> <handle of the session>`. */
export function forgetEndedTheme(state: AuthState): void {
  const handle = state.status === 'authenticated' && state.session.metadata.session.handle;
  // A browser that forbids storage shows the system's theme.
  try {
    if (!isSettled(state) || localStorage['theme']?.endsWith(handle)) return;
    localStorage.removeItem('theme');
    dispatchEvent(new Event('storage'));
  } catch {}
}

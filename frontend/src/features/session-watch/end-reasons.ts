import type { EndReason } from '../auth/auth-state.ts';

/** What a page says of a session that is over, by why it is over. */
export const endReasons: Record<EndReason, string> = {
  ended: 'You signed out in another tab or on another device, or the session timed out.',
  replaced: 'You signed in on too many devices, so this one, the least recently used, was ended.',
  'signed out': 'You are signed out, here and everywhere else. The next sign-in asks for your password.',
};

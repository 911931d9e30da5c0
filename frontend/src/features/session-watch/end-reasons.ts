import type { EndReason } from '../auth/auth-state.ts';

/** What a page says of a session that is over, by why it is over. */
export const endReasons: Record<EndReason, string> = {
  ended: 'You were signed out: by yourself in another tab, from another place, or because you were away for a while.',
  replaced: 'You signed in on too many devices; this least recently used session gave way.',
  'signed out': 'You are signed out, here and everywhere else.',
};

import type { Ending } from './ending.ts';

/** What each way to end sessions is called, and what it does. */
export const endingWords: Record<Ending['kind'], { action: string; consequence: string }> = {
  one: { action: 'End this session', consequence: 'It ends at once, and that browser has to sign in again.' },
  others: { action: 'Sign out everywhere else', consequence: 'The others end at once. You stay signed in here.' },
  all: { action: 'Sign out everywhere', consequence: 'All your sessions end at once, this one too.' },
};

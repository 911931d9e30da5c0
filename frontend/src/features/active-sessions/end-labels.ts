import type { EndTarget } from './end-target.ts';

const caveat =
  'The person at that browser may still be signed in at the identity provider: change your password if it is not you.';

/** Button label and consequence of each way to end sessions. */
export const endLabels: Record<EndTarget['kind'], { action: string; consequence: string }> = {
  one: { action: 'End this session', consequence: `It ends at once. ${caveat}` },
  others: {
    action: 'Sign out everywhere else',
    consequence: `The others end at once. You stay signed in here. ${caveat}`,
  },
  all: { action: 'Sign out everywhere', consequence: 'All your sessions end at once, this one too.' },
};

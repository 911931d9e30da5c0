import { useState } from 'react';

const prefix = 'draft:';
/** A request that waits for a new sign-in, see features/step-up. */
const keptRequest = 'step-up';

/**
 * Returns the user's input in `field`, and a function that changes it. This tab keeps it until the user signs out or
 * another user signs in. It survives the end of the session and a new sign-in.
 */
export function useDraft(userId: string, field: string) {
  const key = `${prefix}${userId}:${field}`;
  const [draft, setDraft] = useState(() => sessionStorage.getItem(key) ?? '');

  function change(text: string) {
    setDraft(text);
    if (text) sessionStorage.setItem(key, text);
    else sessionStorage.removeItem(key);
  }

  return [draft, change] as const;
}

/** Deletes all drafts in this tab, except those of one user, and without such a user the request that is kept, too. */
export function forgetDrafts({ exceptOf }: { exceptOf?: string } = {}): void {
  if (exceptOf === undefined) sessionStorage.removeItem(keptRequest);
  for (const key of Object.keys(sessionStorage)) {
    const isKept = exceptOf !== undefined && key.startsWith(`${prefix}${exceptOf}:`);
    if (key.startsWith(prefix) && !isKept) sessionStorage.removeItem(key);
  }
}

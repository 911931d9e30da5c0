import { useState } from 'react';

const prefix = 'draft:';

/**
 * What the user has typed into `field`, and how to change it. It is kept in this tab until the user signs out or
 * somebody else signs in: a session that ends, and the way through sign-in, take nothing away.
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

/** Forgets every draft in this tab, except those of one user. */
export function forgetDrafts({ exceptOf }: { exceptOf?: string } = {}): void {
  for (const key of Object.keys(sessionStorage)) {
    const isKept = exceptOf !== undefined && key.startsWith(`${prefix}${exceptOf}:`);
    if (key.startsWith(prefix) && !isKept) sessionStorage.removeItem(key);
  }
}

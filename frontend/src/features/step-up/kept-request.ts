/** A request that can be sent once more after a sign-in. */
export type KeptRequest = {
  method: string;
  path: string;
  body?: string;
  contentType?: string;
};

export type Owner = { userId: string; tenantId: string };

/** `none`: this tab has kept nothing for this sign-in, or has sent it already. */
export type Taken = KeptRequest | 'other user' | 'too late' | 'none';

type Stored = Owner & { id: string; keptAt: number; request: KeptRequest };

/** Key of `sessionStorage`: the request stays in this tab. */
const key = 'step-up';
/** Key of `localStorage`: a duplicate of this tab has the same request, and must not send it again. */
const lastTakenKey = 'step-up-taken';
/** As long as a login attempt. */
const lifetimeMs = 600_000;
const maxLength = 16_384;

/**
 * Returns the request in the form in which it can be kept; `null` if it changes nothing, so that the page sends it again
 * by itself, or if its body is no text or too long.
 */
export function keepable(path: string, { method = 'GET', body, headers }: RequestInit): KeptRequest | null {
  const isRead = /^(get|head)$/i.test(method);
  const isText = body === undefined || body === null || (typeof body === 'string' && body.length <= maxLength);
  if (isRead || !isText || !path.startsWith('/api/') || path.length > maxLength) return null;
  const contentType = new Headers(headers).get('Content-Type');
  return {
    method: method.toUpperCase(),
    path,
    ...(typeof body === 'string' && { body }),
    ...(contentType && { contentType }),
  };
}

/** Keeps the request for the return from the sign-in that has this id in its return URL. */
export function keepRequest(id: string, request: KeptRequest, { userId, tenantId }: Owner): void {
  const stored: Stored = { id, userId, tenantId, keptAt: Date.now(), request };
  sessionStorage.setItem(key, JSON.stringify(stored));
}

/** Returns the kept request if it is this user's, of this sign-in and not too old, and forgets it in any case. */
export function takeRequest(id: string, owner: Owner): Taken {
  const stored = read();
  forgetRequest();
  if (stored?.id !== id || localStorage.getItem(lastTakenKey) === id) return 'none';
  localStorage.setItem(lastTakenKey, id);
  if (stored.userId !== owner.userId || stored.tenantId !== owner.tenantId) return 'other user';
  return Math.abs(Date.now() - stored.keptAt) < lifetimeMs ? stored.request : 'too late';
}

export function forgetRequest(): void {
  sessionStorage.removeItem(key);
}

function read(): Stored | null {
  try {
    return JSON.parse(sessionStorage.getItem(key) ?? 'null');
  } catch {
    return null;
  }
}

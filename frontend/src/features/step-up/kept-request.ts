/** A request that can be sent once more after a sign-in. */
export type KeptRequest = {
  method: string;
  path: string;
  body?: string;
  headers: { [name: string]: string };
};

export type Owner = { userId: string; tenantId: string };

/** `none`: this tab has kept nothing for this sign-in, or has sent it already. */
export type Taken = KeptRequest | 'other user' | 'too late' | 'none';

type Stored = Owner & { id: string; keptAt: number; request: KeptRequest };

/** Key of `sessionStorage`: the request stays in this tab. */
const key = 'step-up';
/**
 * Key of `localStorage`: the ids that were taken, each with the time. A duplicate of this tab has the same request, and
 * must not send it again.
 */
const takenKey = 'step-up-taken';
/** As long as a login attempt. */
const lifetimeMs = 600_000;
const maxLength = 16_384;
/** Headers that are sent again. `Accept` is the page's own. */
const keptHeaders = ['content-type', 'if-match', 'if-none-match', 'if-unmodified-since', 'idempotency-key'];

/** What this page has forgotten last: a duplicate of the tab may still have it. */
let forgotten: { id: string; action: string } | null = null;

/** True for a request that changes nothing. */
export function isRead({ method = 'GET' }: RequestInit): boolean {
  return /^(get|head)$/i.test(method);
}

/**
 * Returns the request in the form in which it can be kept; `null` if it changes nothing, so that the page sends it again
 * by itself, if its body is no text or too long, or if it has a header that is not kept.
 */
export function keepable(path: string, options: RequestInit): KeptRequest | null {
  const { method = 'GET', body, headers } = options;
  const isText = body === undefined || body === null || (typeof body === 'string' && body.length <= maxLength);
  if (isRead(options) || !isText || !path.startsWith('/api/') || path.length > maxLength) return null;
  const kept = [...new Headers(headers)].filter(([name]) => name !== 'accept');
  if (kept.some(([name]) => !keptHeaders.includes(name))) return null;
  return {
    method: method.toUpperCase(),
    path,
    ...(typeof body === 'string' && { body }),
    headers: Object.fromEntries(kept),
  };
}

/**
 * Keeps the request for the return from the sign-in that has this id in its return URL. It replaces what this tab has
 * kept for the same action before: a duplicate of the tab does not send that any more.
 */
export function keepRequest(id: string, request: KeptRequest, { userId, tenantId }: Owner): void {
  const previous = lastKept();
  if (previous && previous.id !== id && previous.action === actionOf(request)) void markTaken(previous.id);
  const stored: Stored = { id, userId, tenantId, keptAt: Date.now(), request };
  sessionStorage.setItem(key, JSON.stringify(stored));
}

/** Returns the kept request if it is this user's, of this sign-in and not too old, and forgets it in any case. */
export async function takeRequest(id: string, owner: Owner): Promise<Taken> {
  const stored = read();
  forgetRequest();
  if (stored?.id !== id || !(await markTaken(id))) return 'none';
  if (stored.userId !== owner.userId || stored.tenantId !== owner.tenantId) return 'other user';
  return isRecent(stored.keptAt) ? stored.request : 'too late';
}

export function forgetRequest(): void {
  forgotten = lastKept();
  sessionStorage.removeItem(key);
}

/** Returns false if this or another tab has marked the id before. */
async function markTaken(id: string): Promise<boolean> {
  const mark = () => {
    const taken = Object.entries(parse(localStorage.getItem(takenKey)) ?? {}).filter(([, time]) => isRecent(time));
    localStorage.setItem(takenKey, JSON.stringify(Object.fromEntries([...taken, [id, Date.now()]])));
    return taken.every(([other]) => other !== id);
  };
  // One tab at a time. Browsers have locks on https and localhost only.
  return navigator.locks ? navigator.locks.request(key, mark) : mark();
}

function isRecent(time: unknown): boolean {
  return typeof time === 'number' && Math.abs(Date.now() - time) < lifetimeMs;
}

function lastKept(): typeof forgotten {
  const stored = read();
  return stored ? { id: stored.id, action: actionOf(stored.request) } : forgotten;
}

function actionOf({ method, path }: KeptRequest): string {
  return `${method} ${path}`;
}

function read(): Stored | null {
  const stored = parse(sessionStorage.getItem(key)) as Stored | null;
  return stored?.request ? stored : null;
}

function parse(text: string | null): object | null {
  try {
    return JSON.parse(text ?? 'null');
  } catch {
    return null;
  }
}

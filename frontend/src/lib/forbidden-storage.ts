class PageStorage {
  [key: string]: unknown;
  getItem(key: string) {
    return this[key] ?? null;
  }
  setItem(key: string, text: string) {
    this[key] = text;
  }
  removeItem(key: string) {
    delete this[key];
  }
}

/** Replaces `sessionStorage` where the browser forbids it, as it does without cookies. A reload then forgets all. */
export function replaceForbiddenStorage(): void {
  try {
    void window.sessionStorage;
  } catch {
    Object.defineProperty(window, 'sessionStorage', { value: new PageStorage() });
  }
}

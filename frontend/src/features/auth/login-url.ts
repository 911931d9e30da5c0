const login = '/api/auth/login';

/** Where the browser goes to sign out: by navigation, because the way leads on to the provider. */
export const logoutUrl = '/api/auth/logout';

export type LoginOptions = {
  tenantName?: string | null | undefined;
  loginHint?: string | null | undefined;
  /** Page of this application to come back to: path, query and fragment. */
  returnUrl?: string | undefined;
  /** Asks for the password even if the provider still knows the user. */
  prompt?: 'login' | undefined;
};

/** Where the browser goes to sign in: by navigation, never by fetch. */
export function loginUrl({ tenantName, loginHint, returnUrl, prompt }: LoginOptions = {}): string {
  const query = new URLSearchParams();
  if (tenantName) query.set('tenant_name', tenantName);
  if (loginHint) query.set('login_hint', loginHint);
  // One level of encodeURI, as Wristband's React SDK sends it; the backend undoes exactly one.
  if (returnUrl) query.set('return_url', encodeURI(returnUrl));
  if (prompt) query.set('prompt', prompt);
  return query.size > 0 ? `${login}?${query}` : login;
}

const login = '/api/auth/login';

/** URL of the sign-out. For navigation, because it redirects to the provider. */
export const logoutUrl = '/api/auth/logout';

export type LoginOptions = {
  tenantName?: string | null | undefined;
  loginHint?: string | null | undefined;
  /** Page of this application to return to: path, query and fragment. */
  returnUrl?: string | undefined;
  /**
   * `login` makes the provider ask for the password even if the user is signed in there, `create` leads to the sign-up,
   * and `none` returns at once if the user is not signed in there.
   */
  prompt?: 'login' | 'create' | 'none' | undefined;
  /** Longest time since the user's authentication, in seconds. */
  maxAge?: number | undefined;
  /** Values of `acr`, separated by spaces, of which the sign-in must have one. */
  acrValues?: string | undefined;
};

/** Returns the URL of the sign-in. For navigation, never for fetch. */
export function loginUrl(options: LoginOptions = {}): string {
  const { tenantName, loginHint, returnUrl, prompt, maxAge, acrValues } = options;
  const query = new URLSearchParams();
  if (tenantName) query.set('tenant_name', tenantName);
  if (loginHint) query.set('login_hint', loginHint);
  // Encoded once more, as by Wristband's React SDK; the backend decodes exactly once.
  if (returnUrl) query.set('return_url', encodeURI(returnUrl));
  if (prompt) query.set('prompt', prompt);
  if (maxAge !== undefined) query.set('max_age', String(maxAge));
  if (acrValues) query.set('acr_values', acrValues);
  return query.size > 0 ? `${login}?${query}` : login;
}

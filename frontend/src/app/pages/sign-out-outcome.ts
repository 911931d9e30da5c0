/**
 * Outcome of a sign-out, from the query of the backend's redirect, for example
 * `/signed-out?session=ended&tokens=revoking&provider=ended`. Anybody can write such a URL, so each value comes from a
 * closed set and reveals nothing. Only the server says who is signed in.
 */
export type SignOutOutcome = {
  /** `kept`: the store was unavailable, and nothing has changed. `none`: there was no session. */
  session: 'ended' | 'none' | 'kept' | undefined;
  /** The refresh token. `revoking`: the server is still retrying the revocation at the provider. */
  tokens: 'revoked' | 'revoking' | undefined;
  /** The session at the identity provider. `open`: it could not be ended. `stays`: the provider cannot end it. */
  provider: 'ended' | 'open' | 'stays' | undefined;
};

export function readSignOutOutcome(address: URLSearchParams): SignOutOutcome {
  // Some providers redirect to a fixed URL and pass on only `state`, such as `session-none.provider-ended`.
  const state = address.get('state')?.replaceAll('.', '&').replaceAll('-', '=');
  const query = new URLSearchParams(state ?? address);
  return {
    session: oneOf(query.get('session'), 'ended', 'none', 'kept'),
    tokens: oneOf(query.get('tokens'), 'revoked', 'revoking'),
    provider: oneOf(query.get('provider'), 'ended', 'open', 'stays'),
  };
}

function oneOf<W extends string>(value: string | null, ...words: W[]): W | undefined {
  return words.find((word) => word === value);
}

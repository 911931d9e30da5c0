/**
 * What the backend says of a sign-out in the address that it leads to, for example
 * `/signed-out?session=ended&tokens=revoking&provider=ended`. Anybody can write such an address, so each word comes
 * from a closed set and gives nothing away; whether somebody is signed in is asked of the server.
 */
export type SignOutNote = {
  /** `kept`: the store did not answer, and nothing has changed. `none`: there was no session. */
  session: 'ended' | 'none' | 'kept' | undefined;
  /** The refresh token. `revoking`: nobody waited for the provider; the server asks until it answers. */
  tokens: 'revoked' | 'revoking' | undefined;
  /** The session at the identity provider. `open`: it could not be ended. `stays`: the provider has no way to. */
  provider: 'ended' | 'open' | 'stays' | undefined;
};

export function readSignOutNote(address: URLSearchParams): SignOutNote {
  // Some providers lead back to one address only, and hand over nothing but `state`, as `session-none.provider-ended`.
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

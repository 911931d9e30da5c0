import { importJWK, type JWK, jwtVerify, SignJWT } from 'jose';
import type Provider from 'oidc-provider';
import type { Settings } from './settings.ts';
import { users } from './tenants.ts';

export type Middleware = Parameters<Provider['use']>[0];

/**
 * Wristband's access tokens are RS256 JWTs of type `at+JWT` without an audience. The library makes JWTs only with
 * an audience, and refuses those at userinfo. So it keeps its opaque tokens, with their expiry and revocation;
 * what leaves the house is a signed JWT around the opaque handle (`jti`), and only that is let in again.
 */
export function accessTokens(key: JWK, { issuer, vanityDomain, lifetimes }: Settings): Middleware {
  const { kty, n, e, kid } = key;
  const privateKey = importJWK(key, 'RS256');
  const publicKey = importJWK({ kty, n, e } as JWK, 'RS256');

  type Issued = { accountId: string; clientId: string; scope: string };

  /** `aud`: the `resource` of the token request (RFC 8707), if there was one. */
  async function wrap(token: Issued, jti: string, expiresIn: number, aud: string | undefined) {
    const { sub, tnt_id, app_id, idp_name } = users.find((user) => user.sub === token.accountId) ?? {};
    const { clientId: client_id, scope } = token;
    const pad = 'p'.repeat(Math.ceil(lifetimes.accessTokenPadding * 0.75)) || undefined; // base64 makes 4 bytes of 3
    const claims = { sub, sub_kind: 'user', tnt_id, app_id, idp_name, client_id, scope, van_dom: vanityDomain, pad };
    const iat = Math.floor(Date.now() / 1000);
    return new SignJWT({ ...claims, amr: ['pwd'], iss: issuer, aud, iat, exp: iat + expiresIn, jti })
      .setProtectedHeader({ alg: 'RS256', typ: 'at+JWT', kid })
      .sign(await privateKey);
  }

  async function unwrap(jwt: string): Promise<string> {
    const expected = { issuer, typ: 'at+JWT', algorithms: ['RS256'], clockTolerance: lifetimes.accessTokenLeeway };
    const { jti = '', aud } = (await jwtVerify(jwt, await publicKey, expected)).payload;
    return aud ? '' : jti; // a token for another API
  }

  return async (ctx, next) => {
    if (ctx.path === '/api/v1/oauth2/userinfo') {
      if (ctx.method !== 'GET') return; // 404: a POST body could carry a bare handle
      const [scheme = '', jwt = ''] = ctx.get('authorization').split(' ');
      ctx.req.headers.authorization = jwt && `${scheme} ${await unwrap(jwt).catch(() => 'refused')}`;
    }
    await next();
    const answer = ctx.body as { access_token?: string; expires_in: number } | undefined;
    if (ctx.path === '/api/v1/oauth2/token' && answer?.access_token) {
      answer.expires_in -= lifetimes.accessTokenLeeway;
      const { resource } = ctx.oidc.body as { resource?: string };
      answer.access_token = await wrap(ctx.oidc.entities.AccessToken, answer.access_token, answer.expires_in, resource);
    }
  };
}

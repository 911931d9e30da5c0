import { importJWK, type JWK, jwtVerify, SignJWT } from 'jose';
import type Provider from 'oidc-provider';
import type { Settings } from './settings.ts';
import { claimsOf, userById } from './tenants.ts';

export type Middleware = Parameters<Provider['use']>[0];

/**
 * Wristband's access tokens are RS256 JWTs of type `at+JWT` without an audience. The library makes such tokens
 * only with an audience, and then refuses them at userinfo. So it keeps its opaque tokens, with their expiry
 * and revocation, and what leaves the house is a signed JWT around the opaque handle (`jti`).
 */
export function accessTokens(key: JWK, settings: Settings): Middleware {
  const header = { alg: 'RS256', typ: 'at+JWT', kid: key.kid };
  const { kty, n, e } = key;
  const privateKey = importJWK(key, 'RS256');
  const publicKey = importJWK({ kty, n, e } as JWK, 'RS256');

  async function wrap(token: { accountId: string; clientId: string; scope: string }, handle: string, expiresIn: number) {
    const user = userById(token.accountId);
    if (!user) throw new Error(`access token for an unknown account ${token.accountId}`);
    const { sub, tnt_id, app_id, idp_name } = claimsOf(user);
    const iat = Math.floor(Date.now() / 1000);
    const claims = {
      sub_kind: 'user',
      ...{ sub, tnt_id, app_id, idp_name, client_id: token.clientId, scope: token.scope },
      van_dom: settings.vanityDomain,
      amr: ['pwd'],
      ...{ iss: settings.issuer, iat, exp: iat + expiresIn, jti: handle },
      ...padding(settings.lifetimes.accessTokenPadding),
    };
    return new SignJWT(claims).setProtectedHeader(header).sign(await privateKey);
  }

  async function unwrap(authorization: string): Promise<string> {
    const { issuer } = settings;
    const jwt = authorization.replace(/^Bearer /i, '');
    const { payload } = await jwtVerify(jwt, await publicKey, { issuer, typ: 'at+JWT', algorithms: ['RS256'] });
    return payload.jti ?? '';
  }

  return async (ctx, next) => {
    if (ctx.path === '/api/v1/oauth2/userinfo') {
      if (ctx.method !== 'GET') return; // 404: Wristband has no other form, and a POST body would take a bare handle
      const handle = await unwrap(ctx.get('authorization')).catch(() => 'refused');
      if (ctx.get('authorization')) ctx.req.headers.authorization = `Bearer ${handle}`;
    }
    await next();
    const body = ctx.body as { access_token?: string; expires_in: number } | undefined;
    if (ctx.path === '/api/v1/oauth2/token' && body?.access_token) {
      const token = await wrap(ctx.oidc.entities.AccessToken, body.access_token, body.expires_in);
      ctx.body = { ...body, access_token: token };
    }
  };
}

/** Three quarters of the bytes, since base64url makes four characters of three. */
function padding(bytes: number): { pad?: string } {
  return bytes > 0 ? { pad: 'p'.repeat(Math.ceil((bytes * 3) / 4)) } : {};
}

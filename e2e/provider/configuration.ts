import { randomBytes } from 'node:crypto';
import type { JWK } from 'jose';
import { type Configuration, errors, interactionPolicy } from 'oidc-provider';
import { errorPage } from './pages.ts';
import { BACKCHANNEL_LOGOUT_PATH, CALLBACK_PATH, CLIENT_ID, CLIENT_SECRET, type Settings } from './settings.ts';
import type { Storage } from './storage.ts';
import { claimsOf, userById } from './tenants.ts';

const off = { enabled: false };

/** Wristband's paths, claims and habits, as far as the library has a setting for them. */
export function configuration(settings: Settings, storage: Storage, key: JWK): Configuration {
  const policy = interactionPolicy.base();
  policy.remove('consent'); // first-party applications: nobody is asked for consent

  return {
    adapter: storage.adapter,
    jwks: { keys: [key] },
    clients: [
      {
        client_id: CLIENT_ID,
        client_secret: CLIENT_SECRET,
        grant_types: ['authorization_code', 'refresh_token'],
        redirect_uris: settings.appUrls.map((url) => url + CALLBACK_PATH),
        require_auth_time: true,
        backchannel_logout_uri: settings.appUrls[0] + BACKCHANNEL_LOGOUT_PATH,
        backchannel_logout_session_required: true, // this also puts `sid` into ID tokens
      },
    ],
    routes: {
      authorization: '/api/v1/oauth2/authorize',
      token: '/api/v1/oauth2/token',
      userinfo: '/api/v1/oauth2/userinfo',
      jwks: '/api/v1/oauth2/jwks',
      revocation: '/api/v1/oauth2/revoke',
      end_session: '/api/v1/oauth2/end-session',
    },
    responseTypes: ['code'],
    pkce: { required: () => true },
    scopes: ['openid', 'offline_access'],
    claims: {
      openid: ['sub', 'tnt_id', 'app_id', 'idp_name'],
      email: ['email', 'email_verified'],
      profile: ['name', 'given_name', 'family_name', 'preferred_username', 'locale', 'zoneinfo'],
      roles: ['roles'],
    },
    features: {
      backchannelLogout: { enabled: true },
      revocation: { enabled: true },
      devInteractions: off,
      rpInitiatedLogout: off, // Wristband has its own logout endpoint (wristband-routes.ts)
      resourceIndicators: off,
      pushedAuthorizationRequests: off,
      dPoP: off,
    },
    interactions: { policy, url: (_ctx, interaction) => `/sign-in/${interaction.uid}` },
    findAccount: (_ctx, id) => {
      const user = userById(id);
      return user && { accountId: user.id, claims: () => claimsOf(user) };
    },
    extraParams: { idp_hint: restoreOfflineAccess },
    loadExistingGrant,
    rotateRefreshToken: true,
    clockTolerance: 0, // the default of 15 s would let expired tokens pass
    ttl: {
      AccessToken: () => settings.lifetimes.accessTokenTtl,
      RefreshToken: () => settings.lifetimes.refreshTokenTtl,
      AuthorizationCode: 60,
      IdToken: 3600,
      Interaction: 3600,
      Session: 14 * 24 * 3600,
      Grant: 365 * 24 * 3600, // outlives every refresh token
    },
    formats: {
      // The real refresh tokens are JWTs of several hundred characters; cookie budgets must know.
      bitsOfOpaqueRandomness: (_ctx, token) => (token.kind === 'RefreshToken' ? 640 * 6 : 43 * 6),
    },
    cookies: { keys: [randomBytes(32).toString('base64url')] },
    // The default refuses to send logout tokens to loopback, where every local application lives.
    fetch: (url, init) => fetch(url, { ...init, dispatcher: undefined } as RequestInit),
    renderError: (ctx, out) => errorPage(ctx, out.error, out.error_description ?? ''),
  };
}

type ParameterCheck = Extract<NonNullable<Configuration['extraParams']>, { [name: string]: unknown }>[string];

/**
 * The library drops `offline_access` unless `prompt=consent`, which Wristband's SDKs never send. The check of
 * an extra parameter runs right after that; it puts the scope back.
 */
const restoreOfflineAccess: ParameterCheck = (ctx) => {
  const { params } = ctx.oidc;
  const requested = String(ctx.query.scope ?? '').split(' ');
  if (!params?.scope || !requested.includes('offline_access')) return;
  params.scope = [...new Set([...String(params.scope).split(' '), 'offline_access'])].join(' ');
};

/** A fresh grant for each sign-in, so that revoking one refresh token ends one sign-in and not all of them. */
const loadExistingGrant: NonNullable<Configuration['loadExistingGrant']> = async (ctx) => {
  const { provider, client, account, params } = ctx.oidc;
  if (!client || !account) throw new errors.InvalidRequest('no account or client to grant to');
  const grant = new provider.Grant({ clientId: client.clientId, accountId: account.accountId });
  grant.addOIDCScope(String(params?.scope ?? ''));
  await grant.save();
  return grant;
};

import { createHmac } from 'node:crypto';
import type { JWK } from 'jose';
import { type Configuration, interactionPolicy } from 'oidc-provider';
import { errorPage } from './pages.ts';
import { SECOND_FACTOR, secondFactorCheck } from './second-factor.ts';
import { CALLBACK_PATH, CLIENT_ID, CLIENT_SECRET, type Settings } from './settings.ts';
import type { Storage } from './storage.ts';
import { users } from './tenants.ts';

/** Wristband's paths, claims and habits, as far as the library has a setting for them. */
export function configuration({ appUrls, lifetimes }: Settings, storage: Storage, key: JWK): Configuration {
  const policy = interactionPolicy.base();
  policy.remove('consent'); // first-party applications: nobody is asked for consent
  policy.get('login')?.checks.add(secondFactorCheck);
  const current = (name: keyof typeof lifetimes) => () => lifetimes[name]; // tests change them while it runs

  return {
    adapter: storage.adapter,
    acrValues: [SECOND_FACTOR],
    jwks: { keys: [key] },
    clients: [
      {
        client_id: CLIENT_ID,
        client_secret: CLIENT_SECRET,
        grant_types: ['authorization_code', 'refresh_token'],
        redirect_uris: appUrls.map((url) => url + CALLBACK_PATH),
        require_auth_time: true,
        backchannel_logout_uri: `${appUrls[0]}/api/auth/backchannel-logout`,
        backchannel_logout_session_required: true, // this also puts `sid` into ID tokens
      },
    ],
    routes: {
      authorization: '/api/v1/oauth2/authorize',
      token: '/api/v1/oauth2/token',
      userinfo: '/api/v1/oauth2/userinfo',
      jwks: '/api/v1/oauth2/jwks',
      revocation: '/api/v1/oauth2/revoke',
    },
    claims: {
      openid: ['sub', 'tnt_id', 'app_id', 'idp_name', 'amr'],
      email: ['email', 'email_verified'],
      profile: ['name', 'given_name', 'family_name', 'preferred_username', 'locale', 'zoneinfo'],
      roles: ['roles'],
    },
    features: {
      backchannelLogout: { enabled: true },
      revocation: { enabled: true, allowedPolicy: () => true }, // there is only one client
      devInteractions: { enabled: false },
      rpInitiatedLogout: { enabled: false }, // Wristband has its own logout endpoint (wristband-routes.ts)
      resourceIndicators: { enabled: false },
    },
    interactions: { policy, url: (_ctx, interaction) => `/sign-in/${interaction.uid}` },
    findAccount: (_ctx, id) => {
      const user = users.find((user) => user.sub === id);
      return user && { accountId: id, claims: () => user };
    },
    extraParams: { idp_hint: restoreOfflineAccess },
    loadExistingGrant,
    pkce: { required: () => true },
    rotateRefreshToken: true,
    clockTolerance: 0, // what has expired has expired; the default is 15 s
    ttl: {
      ...{ AuthorizationCode: 60, IdToken: 3600, Interaction: 3600, Session: 14 * 24 * 3600 },
      Grant: 365 * 24 * 3600, // outlives every refresh token
      AccessToken: () => lifetimes.accessTokenTtl + lifetimes.accessTokenLeeway,
      RefreshToken: current('refreshTokenTtl'),
    },
    // The real refresh tokens are JWTs of several hundred characters, and cookie budgets must know.
    formats: { bitsOfOpaqueRandomness: (_ctx, { kind }) => 6 * (kind === 'RefreshToken' ? 640 : 43) },
    cookies: { keys: [createHmac('sha256', String(key.d)).update('cookies').digest('base64url')] },
    // The default refuses to send logout tokens to loopback, where every local application lives.
    fetch: (url, init) => fetch(url, { ...init, dispatcher: undefined } as RequestInit),
    renderError: (ctx, out) => errorPage(ctx, out.error, out.error_description ?? '', ctx.status),
  };
}

/** The library drops this scope unless `prompt=consent`, which Wristband's SDKs never send. This check runs next. */
const restoreOfflineAccess: Extract<Configuration['extraParams'], { [name: string]: unknown }>[string] = (ctx) => {
  const { params } = ctx.oidc;
  const isWanted = String(ctx.query.scope).split(' ').includes('offline_access');
  if (isWanted && params?.scope) params.scope = `${params.scope} offline_access`;
};

/** A fresh grant for each sign-in, so that revoking one refresh token ends one sign-in and not all of them. */
const loadExistingGrant: Configuration['loadExistingGrant'] = async ({ oidc }) => {
  const grant = new oidc.provider.Grant({ clientId: oidc.client?.clientId, accountId: oidc.account?.accountId });
  grant.addOIDCScope(String(oidc.params?.scope));
  await grant.save();
  return grant;
};

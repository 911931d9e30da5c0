import type { ClientAuthorizationState } from 'oidc-provider';
import type Provider from 'oidc-provider';
import { BACKCHANNEL_LOGOUT_PATH, CALLBACK_PATH, CLIENT_ID, type Settings } from './settings.ts';
import type { Storage } from './storage.ts';

/** A provider session, as much of it as its end needs. */
interface Session {
  jti?: string | undefined;
  accountId?: string | undefined;
  authorizations?: { [clientId: string]: Authorization } | undefined;
}
type Authorization = ClientAuthorizationState & { applications?: string[] };
type LogoutClient = { backchannelLogoutUri: string; backchannelLogout(sub: string, sid: string): Promise<void> };

/**
 * Several running copies of the application share one client id here, on different ports. Each provider session
 * keeps the list of those that signed in through it, so that a logout token reaches exactly them.
 */
export function rememberApplications(provider: Provider): void {
  provider.on('authorization.success', (ctx) => {
    const authorization: Authorization | undefined = ctx.oidc.session?.authorizations?.[CLIENT_ID];
    const application = String(ctx.oidc.params?.redirect_uri).replace(CALLBACK_PATH, '');
    if (authorization) authorization.applications = [...new Set([...(authorization.applications ?? []), application])];
  });
}

/** Ends a provider session and tells its applications (OpenID Connect Back-Channel Logout 1.0). */
export async function endProviderSession(provider: Provider, settings: Settings, storage: Storage, session: Session) {
  storage.endSession(session.jti);
  const { sid = '', applications = [] } = session.authorizations?.[CLIENT_ID] ?? {};
  const client = (await provider.Client.find(CLIENT_ID)) as unknown as LogoutClient;
  return Promise.all(
    applications.map(async (application) => {
      client.backchannelLogoutUri = application + BACKCHANNEL_LOGOUT_PATH; // read before the first await of the call
      const refused = await client.backchannelLogout(session.accountId ?? '', sid).then(
        () => undefined,
        (error: Error) => error.message,
      );
      if (refused) settings.log(`back-channel logout of ${application}: ${refused}`);
      return { application, delivered: !refused };
    }),
  );
}

import type Provider from 'oidc-provider';
import { CLIENT_ID } from './settings.ts';

type Session = Partial<Pick<InstanceType<Provider['Session']>, 'jti' | 'accountId' | 'authorizations'>>;
type LogoutClient = { backchannelLogout(sub: string, sid: string): Promise<void> };

/** Ends a provider session and tells the application (OpenID Connect Back-Channel Logout 1.0); '' or what went wrong. */
export async function endProviderSession(provider: Provider, session: Session): Promise<string> {
  await provider.Session.adapter.destroy(session.jti ?? '');
  const sid = session.authorizations?.[CLIENT_ID]?.sid;
  if (!sid || !session.accountId) return 'nobody has signed in to the application through this session';
  const client = (await provider.Client.find(CLIENT_ID)) as unknown as LogoutClient;
  return client.backchannelLogout(session.accountId, sid).then(() => '', String);
}

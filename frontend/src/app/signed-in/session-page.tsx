import { Page } from '../../components/page.tsx';
import { UserText } from '../../components/user-text.tsx';
import { useAuth, useSession } from '../../features/auth/auth-context.tsx';
import { LiveNumbers } from '../../features/demo/live-numbers/live-numbers.tsx';
import { RequestLog } from '../../features/demo/request-log/request-log.tsx';
import { SessionInspector } from '../../features/demo/session-inspector/session-inspector.tsx';
import { SessionTimeline } from '../../features/demo/session-timeline/session-timeline.tsx';
import { TryIt } from '../../features/demo/try-it/try-it.tsx';
import { useAppConfig } from '../../lib/app-config.ts';

/** Details of the current session, updated live. The first page after sign-in. */
export function SessionPage() {
  const { load } = useAuth();
  const isLocal = useAppConfig()?.localProvider ?? false;
  const { metadata } = useSession();
  const { name, email, tenantName, session } = metadata;
  return (
    <Page title="Session" heading="Your session">
      <p className="lead">
        Signed in as <UserText>{name ?? email ?? 'a user without a name'}</UserText>
        {name && email && (
          <>
            {' '}
            (<UserText>{email}</UserText>)
          </>
        )}
        {tenantName && ` to ${tenantName}`}.
      </p>
      <LiveNumbers facts={session} />
      <SessionTimeline facts={session} />
      <TryIt facts={session} isLocal={isLocal} onDone={() => load({ slide: false, fresh: true })} />
      <RequestLog facts={session} />
      <SessionInspector facts={session} />
    </Page>
  );
}

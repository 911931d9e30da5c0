import { lazy, Suspense } from 'react';
import { Page } from '../../components/page.tsx';
import { UserText } from '../../components/user-text.tsx';
import { useAuth, useSession } from '../../features/auth/auth-context.tsx';
import { LiveNumbers } from '../../features/demo/live-numbers/live-numbers.tsx';
import { RequestLog } from '../../features/demo/request-log/request-log.tsx';
import { SessionInspector } from '../../features/demo/session-inspector/session-inspector.tsx';
import { SessionTimeline } from '../../features/demo/session-timeline/session-timeline.tsx';
import { TryIt } from '../../features/demo/try-it/try-it.tsx';
import { useAppConfig } from '../../lib/app-config.ts';

// Few installations have a service, so that the page alone is smaller.
const CallAnApi = lazy(async () => {
  const { CallAnApi } = await import('../../features/demo/call-an-api/call-an-api.tsx');
  return { default: CallAnApi };
});

/** Details of the current session, updated live. The first page after sign-in. */
export function SessionPage() {
  const { load } = useAuth();
  const config = useAppConfig();
  const isLocal = config?.localProvider ?? false;
  const hasOrders = config?.apis?.includes('orders') ?? false;
  const refetch = () => load({ slide: false, fresh: true });
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
      <TryIt facts={session} isLocal={isLocal} onDone={refetch} />
      {hasOrders && (
        <Suspense>
          <CallAnApi onDone={refetch} />
        </Suspense>
      )}
      <RequestLog facts={session} />
      <SessionInspector facts={session} />
    </Page>
  );
}

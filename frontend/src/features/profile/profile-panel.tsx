import { useQuery, useQueryClient } from '@tanstack/react-query';
import { FailureNotice } from '../../components/failure-notice.tsx';
import { Loading } from '../../components/loading.tsx';
import { RetryNotice } from '../../components/retry-notice.tsx';
import { outageMessage } from '../../lib/api/outage-message.ts';
import { fetchProfile } from './fetch-profile.ts';
import { ProfileResult } from './profile-response.tsx';
import './profile-panel.css';

type Props = {
  userId: string;
  /** Handle of the session. Responses to another session are not shown. */
  handle: string;
  /** True if the connection bar reports an outage. */
  isOutage: boolean;
  /** Called after a repeated call has succeeded. */
  onAnswer: () => void;
};

/** Calls a protected resource and shows the response. */
export function ProfilePanel({ userId, handle, isOutage, onAnswer }: Props) {
  const queryKey = ['profile', handle];
  const queryClient = useQueryClient();
  const { data, dataUpdatedAt, error, failureReason, isFetching, refetch } = useQuery({
    queryKey,
    queryFn: ({ signal }) => fetchProfile(userId, signal),
  });
  const retrying = isFetching && failureReason?.failure.kind === 'unavailable';

  async function callAgain() {
    if (isFetching && !retrying) return;
    // Otherwise the library would keep waiting for the next retry.
    if (retrying) await queryClient.cancelQueries({ queryKey });
    const after = await refetch();
    // A call that was cancelled, because the user left the page, returns the previous data.
    if (after.dataUpdatedAt > dataUpdatedAt) onAnswer();
  }

  return (
    <section aria-labelledby="profile-call" className="card stack" aria-busy={isFetching}>
      <header className="stack">
        <h2 id="profile-call">Protected resource</h2>
        <p>
          <code>GET /api/profile</code> asks the identity provider who you are, with the access token that only the
          backend holds.
        </p>
        <button type="button" className="button button-quiet" onClick={callAgain}>
          Call /api/profile again
        </button>
      </header>
      <div className="stack answer">
        {retrying && (
          <RetryNotice retryAt={isOutage ? undefined : failureReason.retryAt}>
            {outageMessage(failureReason.failure.problem)} You are still signed in.
            {data && ' The previous response is shown below.'}
          </RetryNotice>
        )}
        {error && !isFetching && <FailureNotice failure={error.failure} />}
        {data && !error && <ProfileResult profile={data} isCurrent={!retrying} />}
        {!data && isFetching && !retrying && <Loading label="Waiting for the response" />}
      </div>
    </section>
  );
}

import { useQuery, useQueryClient } from '@tanstack/react-query';
import { FailureNotice } from '../../components/failure-notice.tsx';
import { Loading } from '../../components/loading.tsx';
import { RetryNotice } from '../../components/retry-notice.tsx';
import { fetchProfile } from './fetch-profile.ts';
import { ProfileAnswer } from './profile-answer.tsx';
import './profile-panel.css';

type Props = {
  userId: string;
  /** The handle of the session: with another one the answers of this one are no longer shown. */
  handle: string;
  /** Told when a repeated call has succeeded. */
  onAnswer: () => void;
};

/** Calls a protected resource and shows what came of it. */
export function ProfilePanel({ userId, handle, onAnswer }: Props) {
  const queryKey = ['profile', handle];
  const queryClient = useQueryClient();
  const { data, error, failureReason, isFetching, refetch } = useQuery({
    queryKey,
    queryFn: ({ signal }) => fetchProfile(userId, signal),
  });
  const retrying = isFetching && failureReason?.failure.kind === 'unavailable';

  async function callAgain() {
    if (isFetching && !retrying) return;
    // Otherwise the library would join the wait for the next try.
    if (retrying) await queryClient.cancelQueries({ queryKey });
    const { isSuccess } = await refetch();
    if (isSuccess) onAnswer();
  }

  return (
    <section aria-labelledby="profile-call" className="card stack" aria-busy={isFetching}>
      <header className="stack">
        <h2 id="profile-call">A protected resource</h2>
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
          <RetryNotice retryAt={failureReason.retryAt}>
            {failureReason.failure.problem === 'identity_provider_unavailable'
              ? 'The identity provider does not answer. You are still signed in.'
              : 'The server can’t be reached right now. You are still signed in.'}
          </RetryNotice>
        )}
        {error && !isFetching && <FailureNotice failure={error.failure} />}
        {data && !error && <ProfileAnswer profile={data} isCurrent={!retrying} />}
        {!data && isFetching && !retrying && <Loading label="Calling" />}
      </div>
    </section>
  );
}

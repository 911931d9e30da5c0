import { useQuery } from '@tanstack/react-query';
import { Loading } from '../../components/loading.tsx';
import { RetryNotice } from '../../components/retry-notice.tsx';
import { fetchProfile } from './fetch-profile.ts';
import { ProfileAnswer } from './profile-answer.tsx';
import { ProfileFailure } from './profile-failure.tsx';

/** Calls a protected resource and shows what came of it. `onAnswer` is told when a repeated call has succeeded. */
export function ProfilePanel({ onAnswer }: { onAnswer: () => void }) {
  const { data, error, failureReason, isFetching, refetch } = useQuery({
    queryKey: ['profile'],
    queryFn: fetchProfile,
  });
  const retrying = isFetching && failureReason?.failure.kind === 'unavailable';

  async function callAgain() {
    if (isFetching && !retrying) return;
    const { isSuccess } = await refetch();
    if (isSuccess) onAnswer();
  }

  return (
    <section aria-labelledby="profile-call" className="card" aria-busy={isFetching}>
      <h2 id="profile-call">
        <code>GET /api/profile</code>
      </h2>
      <p>A protected resource: the backend asks the provider who you are, with your access token.</p>
      <div className="answer">
        {retrying && (
          <RetryNotice retryAt={failureReason.retryAt}>
            {failureReason.failure.problem === 'identity_provider_unavailable'
              ? 'The identity provider does not answer. Your session is kept.'
              : 'The server cannot be reached just now. Your session is kept.'}
          </RetryNotice>
        )}
        {error && !isFetching && <ProfileFailure failure={error.failure} />}
        {data && !error && <ProfileAnswer profile={data} />}
        {!data && isFetching && !retrying && <Loading label="Calling" />}
      </div>
      <button type="button" className="button button-quiet" onClick={callAgain}>
        Call /api/profile again
      </button>
    </section>
  );
}

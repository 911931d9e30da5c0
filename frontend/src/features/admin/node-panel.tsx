import { useQuery } from '@tanstack/react-query';
import { useEffect } from 'react';
import { Fact, Facts } from '../../components/facts.tsx';
import { FailureNotice } from '../../components/failure-notice.tsx';
import { Loading } from '../../components/loading.tsx';
import { RetryNotice } from '../../components/retry-notice.tsx';
import { outageMessage } from '../../lib/api/outage-message.ts';
import { fetchNodeCounts } from './fetch-node-counts.ts';

type Props = {
  /** Handle of the session. */
  handle: string;
  /** Called if the user has lost the role. */
  onForbidden: () => void;
};

/** Counts of the node that responded. */
export function NodePanel({ handle, onForbidden }: Props) {
  const { data, error, failureReason, isFetching, refetch } = useQuery({
    queryKey: ['node-counts', handle],
    queryFn: ({ signal }) => fetchNodeCounts(signal),
  });
  const isForbidden = error?.failure.kind === 'forbidden';

  useEffect(() => {
    if (isForbidden) onForbidden();
  }, [isForbidden, onForbidden]);

  return (
    <section aria-labelledby="node" className="card stack" aria-busy={isFetching}>
      <h2 id="node">This node</h2>
      {isFetching && failureReason?.failure.kind === 'unavailable' && (
        <RetryNotice retryAt={failureReason.retryAt}>{outageMessage(failureReason.failure.problem)}</RetryNotice>
      )}
      {error && !isFetching && <FailureNotice failure={error.failure} />}
      {!data && isFetching && !failureReason && <Loading label="Waiting for the response" />}
      {data && !error && (
        <Facts>
          <Fact name="Name">
            <code>{data.node}</code>
          </Fact>
          <Fact name="Sessions begun">{data.sessionsBegun}</Fact>
          <Fact name="Tokens renewed">{data.tokensRefreshed}</Fact>
          <Fact name="Open event streams">{data.eventStreams}</Fact>
        </Facts>
      )}
      <button type="button" className="button button-quiet" onClick={() => void refetch()}>
        Count again
      </button>
    </section>
  );
}

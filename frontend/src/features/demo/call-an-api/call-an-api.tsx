import { useState } from 'react';
import { SourceLink } from '../../../components/source-link.tsx';
import { outageMessage } from '../../../lib/api/outage-message.ts';
import { type Answer, listOrders, placeOrder } from './orders-api.ts';
import { RequestWay } from './request-way.tsx';
import './call-an-api.css';

/** Calls a service through the backend, and shows the request on its way. `onDone`: the tokens may be renewed. */
export function CallAnApi({ onDone }: { onDone: () => Promise<unknown> }) {
  const [answer, setAnswer] = useState<Answer>();
  const [isBusy, setIsBusy] = useState(false);

  async function send(request: () => Promise<Answer>) {
    if (isBusy) return;
    setIsBusy(true);
    setAnswer(await request());
    await onDone();
    setIsBusy(false);
  }

  return (
    <section aria-labelledby="call-an-api" className="card stack" aria-busy={isBusy}>
      <h2 id="call-an-api">Call an API</h2>
      <p>
        Another service keeps your orders. This page calls the backend, which calls the service with an access token
        that the page never sees: see <SourceLink path="docs/patterns/call-your-api.md">call your API</SourceLink>.
      </p>
      <div className="actions">
        <button type="button" className="button button-quiet" aria-disabled={isBusy} onClick={() => send(listOrders)}>
          List my orders
        </button>
        <button
          type="button"
          className="button button-quiet"
          aria-disabled={isBusy}
          onClick={() => send(() => placeOrder('A cup of tea'))}
        >
          Order a cup of tea
        </button>
      </div>
      <p role="status" className="hint">
        {answer ? outcomeOf(answer) : 'Nothing sent yet.'}
      </p>
      {answer?.result.kind === 'ok' && <RequestWay sent={answer.sent} answer={answer.result.value} />}
    </section>
  );
}

function outcomeOf({ result, status }: Answer): string {
  switch (result.kind) {
    case 'ok':
      return `The service answered with ${status}.`;
    case 'unauthenticated':
      return 'Your session has ended.';
    case 'forbidden':
      return 'The service asks for another sign-in, or does not allow this.';
    case 'unavailable':
      return `${outageMessage(result.problem)} You are still signed in.`;
    default:
      return outageMessage('unexpected');
  }
}

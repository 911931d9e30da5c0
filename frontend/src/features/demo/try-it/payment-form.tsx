import { type SubmitEvent, useState } from 'react';
import { type CallResult, hasStrings, resultOf } from '../../../lib/api/call-result.ts';
import { call, jsonBody } from '../../../lib/api/client.ts';
import { outageMessage } from '../../../lib/api/outage-message.ts';
import { isStepUp } from '../../../lib/api/step-up.ts';
import type { Payment, Receipt } from '../../../lib/api/types.ts';
import { useIsRepeating, useStepUpOutcome } from '../../step-up/step-up-context.ts';
import { Experiment } from './experiment.tsx';

const path = '/api/payments';
const amount = 4_200;

/** A payment that needs a second factor: the first try leads to the provider, and is sent once more afterwards. */
export function PaymentForm() {
  const [recipient, setRecipient] = useState('Grace');
  const [outcome, setOutcome] = useState('');
  const isRepeating = useIsRepeating();
  useStepUpOutcome(({ request, result }) => {
    if (request.path !== path) return false;
    setOutcome(result === 'cancelled' ? 'Cancelled. Nothing was paid.' : outcomeOf(result));
    return true;
  });

  async function pay(event: SubmitEvent<HTMLFormElement>) {
    event.preventDefault();
    setOutcome('');
    const payment: Payment = { recipient, amount };
    setOutcome(outcomeOf(await resultOf(call('post', path, jsonBody(payment)), isReceipt)));
  }

  return (
    <Experiment title="A payment that needs a second factor">
      <p>
        No money moves. If you signed in without a second factor, you are asked for one, and then the payment is sent.
      </p>
      <form className="payment" onSubmit={pay}>
        <label className="field">
          <span>Pay €42 to</span>
          <input
            value={recipient}
            maxLength={80}
            required
            autoComplete="off"
            onChange={(event) => setRecipient(event.target.value)}
          />
        </label>
        <button type="submit" className="button button-quiet" aria-disabled={isRepeating}>
          Pay
        </button>
      </form>
      <p role="status" className="hint result">
        {outcome}
      </p>
    </Experiment>
  );
}

function outcomeOf(result: CallResult<unknown>): string {
  if (result.kind === 'ok' && isReceipt(result.value)) return `Paid €42 to ${result.value.recipient}.`;
  if (result.kind === 'unauthenticated') return 'Your session has ended. Nothing was paid.';
  if (result.kind === 'forbidden' && isStepUp(result)) return '';
  if (result.kind !== 'unavailable') return `${outageMessage('unexpected')} Nothing was paid.`;
  const isUnknown = result.problem === 'network';
  return `${outageMessage(result.problem)} ${isUnknown ? 'It may have been paid anyway.' : 'Nothing was paid.'}`;
}

function isReceipt(body: unknown): body is Receipt {
  return hasStrings(body, 'recipient', 'paidAt');
}

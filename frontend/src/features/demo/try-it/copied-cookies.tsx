import { useState } from 'react';
import { TimeLeft } from '../../../components/time-left.tsx';
import type { SessionFacts } from '../../../lib/api/types.ts';
import { formatMoment } from '../../../lib/time.ts';
import { useSessionEvent } from '../../../lib/use-session-event.ts';
import { useBoundCookies } from '../use-bound-cookies.ts';
import { commandOf } from './curl-command.ts';
import { Experiment } from './experiment.tsx';

/** Uses the session's cookies in another program, as a thief would, and tells when they are refused. */
export function CopiedCookies({ facts }: { facts: SessionFacts }) {
  const current = useBoundCookies(facts).at(-1);
  const [outcome, setOutcome] = useState('');
  const [refusal, setRefusal] = useState('');
  const command = commandOf(window.location);

  useSessionEvent((event) => {
    if (event.type !== 'deviceNotProven') return;
    setRefusal(`${formatMoment(event.at)}: ${event.request} was refused, because it did not prove this device.`);
  });

  async function copy() {
    setRefusal('');
    try {
      await navigator.clipboard.writeText(command);
      setOutcome('Copied.');
    } catch {
      setOutcome('The browser did not allow copying: select the command.');
    }
  }

  return (
    <Experiment title="Copy the cookies, as a thief would">
      <p>
        No page can read the session’s cookies, but malware can. Try it yourself: in the developer tools, under Network,
        select a request to <code>/api/session</code> and copy the value of its <code>Cookie</code> header. Replace{' '}
        <code>PASTE</code> with it, and run this in a terminal:
      </p>
      <pre>{command}</pre>
      <button type="button" className="button button-quiet" onClick={copy}>
        Copy the curl command
      </button>
      <p>
        {current
          ? 'It prints 200 until the bound cookie that you copied ends, and 401 from then on. This browser renews its own, with the key of your device.'
          : 'It prints 200 until the session ends, because this session is not bound to your device. That takes https, and Chrome on Windows or macOS.'}
      </p>
      <p className="hint result">
        <span role="status">{refusal || outcome}</span>{' '}
        {current && (
          <>
            Cookies that you copy now work for <TimeLeft until={current.until} expiredText="no longer" />.
          </>
        )}
      </p>
    </Experiment>
  );
}

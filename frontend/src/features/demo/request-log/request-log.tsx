import { useCallback, useEffect, useRef, useState } from 'react';
import { Moment } from '../../../components/moment.tsx';
import { useSessionEvent } from '../../../lib/use-session-event.ts';
import { entryOfEvent } from './events.ts';
import { type LogEntry, withEntry } from './log.ts';
import { observeRequests } from './requests.ts';
import './request-log.css';

/** API responses and session events, newest first. */
export function RequestLog() {
  const log = useLog();
  return (
    <section aria-labelledby="log" className="card stack">
      <h2 id="log">Request log</h2>
      <p>
        API responses, newest first, with the events that the server pushes: token refreshes, and sign-ins and sign-outs
        in other places.
      </p>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrollable list must be reachable by keyboard */}
      <ol className="log" aria-label="Requests" tabIndex={0}>
        {log.map((entry) => (
          <Line key={entry.key} entry={entry} />
        ))}
      </ol>
    </section>
  );
}

function Line({ entry: { at, title, status, facts } }: { entry: LogEntry }) {
  return (
    <li>
      <Moment time={new Date(at).toISOString()} className="hint" />
      <p>
        {status === undefined ? title : <code>{title}</code>}{' '}
        {status !== undefined && status > 0 && <strong>{status}</strong>}
      </p>
      <p className="hint">{facts.map(([name, value]) => `${name}: ${value}`).join(' · ')}</p>
    </li>
  );
}

function useLog(): LogEntry[] {
  const [log, setLog] = useState<LogEntry[]>([]);
  const eventCount = useRef(0);
  const add = useCallback((entry: LogEntry) => setLog((before) => withEntry(before, entry)), []);
  useEffect(() => observeRequests(add), [add]);
  useSessionEvent((event) => {
    eventCount.current += 1;
    add(entryOfEvent(event, eventCount.current));
  });
  return log;
}

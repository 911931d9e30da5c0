import { useEffect, useState } from 'react';
import { Moment } from '../../components/moment.tsx';
import { events } from './events.ts';
import { type LogEntry, type LogSource, withEntry } from './log.ts';
import { requests } from './requests.ts';
import './request-log.css';

const sources: LogSource[] = [requests, events];

/** What each answer told, newest first. */
export function RequestLog() {
  const log = useLog();
  return (
    <section aria-labelledby="log" className="card stack">
      <h2 id="log">The log</h2>
      <p>
        What each answer told this page, newest first, and what the server told by itself: renewals, sign-ins and ends
        from elsewhere.
      </p>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard */}
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
  useEffect(() => {
    const add = (entry: LogEntry) => setLog((before) => withEntry(before, entry));
    const stops = sources.map((listen) => listen(add));
    return () => {
      for (const stop of stops) stop();
    };
  }, []);
  return log;
}

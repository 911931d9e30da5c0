import { useCallback, useEffect, useRef, useState } from 'react';
import { Moment } from '../../../components/moment.tsx';
import type { SessionFacts } from '../../../lib/api/types.ts';
import { useSessionEvent } from '../../../lib/use-session-event.ts';
import { meanings } from '../meanings.ts';
import { useBoundCookies } from '../use-bound-cookies.ts';
import { entriesOf, entryOfEvent } from './events.ts';
import { type LogEntry, type LogLine, linesOf, type NewEntry, withEntry } from './log.ts';
import { LogTools, useTools } from './log-tools.tsx';
import { observeRequests } from './requests.ts';
import './request-log.css';

/** API responses and session events, newest first. */
export function RequestLog({ facts }: { facts: SessionFacts }) {
  const entries = entriesOf(useBoundCookies(facts)).reduce(withEntry, useLog());
  const tools = useTools(linesOf(entries));
  return (
    <section aria-labelledby="log" className="card stack">
      <h2 id="log">Request log</h2>
      <p>
        API responses, newest first, with the events that the server pushes: renewals of tokens and of the bound cookie,
        refused requests with copied cookies, changed preferences, and sign-ins and sign-outs on other devices.
      </p>
      <LogTools {...tools} />
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrollable list must be reachable by keyboard */}
      <ol className="log" aria-label="Requests" tabIndex={0}>
        {tools.lines.map((line) => (
          <Line key={line.key} line={line} />
        ))}
      </ol>
    </section>
  );
}

function Line({ line: { at, title, status, count, facts } }: { line: LogLine }) {
  return (
    <li>
      <Moment time={new Date(at).toISOString()} className="hint" />
      <p>
        {status === undefined ? title : <code>{title}</code>}{' '}
        {status !== undefined && status > 0 && (
          <strong className={status < 400 ? 'status' : 'status status-bad'}>{status}</strong>
        )}
        {count > 1 && ` × ${count}`}
      </p>
      <p className="hint">
        {facts.map(([name, value], place) => (
          <span key={name}>
            {place > 0 && ' · '}
            {meanings[name] ? <abbr title={meanings[name]}>{name}</abbr> : name} {value}
          </span>
        ))}
      </p>
    </li>
  );
}

function useLog(): LogEntry[] {
  const [log, setLog] = useState<LogEntry[]>([]);
  const count = useRef(0);
  const add = useCallback((entry: NewEntry) => {
    count.current += 1;
    const key = count.current;
    setLog((before) => withEntry(before, { ...entry, key }));
  }, []);
  useEffect(() => observeRequests(add), [add]);
  useSessionEvent((event) => {
    if (event.type !== 'deviceProven') add(entryOfEvent(event));
  });
  return log;
}

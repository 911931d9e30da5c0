/** An entry of the log: the response to a request of this page, or a session event. */
export type LogEntry = {
  key: string;
  /** Milliseconds since 1970. */
  at: number;
  title: string;
  /** 0 if the browser hides it, `undefined` for an event. */
  status?: number;
  facts: [name: string, value: string][];
};

const maxEntries = 50;

/** Adds an entry, newest first, and drops the oldest ones. */
export function withEntry(log: LogEntry[], entry: LogEntry): LogEntry[] {
  if (log.some(({ key }) => key === entry.key)) return log;
  return [entry, ...log].toSorted((a, b) => b.at - a.at).slice(0, maxEntries);
}

/** One line of the log: a request of this page that was answered, or an event that came from elsewhere. */
export type LogEntry = {
  key: string;
  /** Milliseconds since 1970. */
  at: number;
  title: string;
  /** 0 where the browser does not tell, `undefined` for an event. */
  status?: number;
  facts: [name: string, value: string][];
};

/** Where lines come from: calls `add` for each, until the function that it returns is called. */
export type LogSource = (add: (entry: LogEntry) => void) => () => void;

const mostEntries = 50;

/** `log` with `entry`, newest first. The oldest are forgotten. */
export function withEntry(log: LogEntry[], entry: LogEntry): LogEntry[] {
  if (log.some(({ key }) => key === entry.key)) return log;
  return [entry, ...log].toSorted((a, b) => b.at - a.at).slice(0, mostEntries);
}

import { formatShort } from '../../../lib/time.ts';

/** An entry of the log: the response to a request of this page, or a session event. */
export type LogEntry = {
  key: number;
  /** Milliseconds since 1970. */
  at: number;
  title: string;
  /** 0 if the browser hides it, `undefined` for an event. */
  status?: number;
  /** Milliseconds from request to response. */
  roundTrip?: number;
  /** Name of the request that renewed the tokens or the bound cookie, for an entry that tells of a renewal. */
  renewedBy?: string | undefined;
  facts: [name: string, value: string][];
};

export type NewEntry = Omit<LogEntry, 'key'>;

/** A line of the log, which stands for one entry or for many equal ones. */
export type LogLine = LogEntry & { count: number };

export const filters = {
  All: () => true,
  Renewals: ({ renewedBy }: LogEntry) => renewedBy !== undefined,
  Events: ({ status }: LogEntry) => status === undefined,
} satisfies Record<string, (line: LogEntry) => boolean>;

export type Filter = keyof typeof filters;

const maxEntries = 200;
/** Fewer requests of a kind at a time keep a line each. */
const minGroup = 5;
/** Requests that begin this close to each other were sent together. */
const groupGapMs = 1_000;

/** Adds an entry, newest first, and drops the oldest ones. */
export function withEntry(log: LogEntry[], entry: LogEntry): LogEntry[] {
  return [entry, ...log].toSorted((a, b) => b.at - a.at).slice(0, maxEntries);
}

/** Returns the lines of the log: equal requests that were sent together share one. */
export function linesOf(log: LogEntry[]): LogLine[] {
  const groups: LogEntry[][] = [];
  for (const entry of log) {
    const group = groups.at(-1);
    const last = group?.at(-1);
    if (group && last && isOfGroup(entry, last)) group.push(entry);
    else groups.push([entry]);
  }
  return groups.flatMap((group) =>
    group.length < minGroup ? group.map((entry) => ({ ...entry, count: 1 })) : merged(group),
  );
}

function isOfGroup(entry: LogEntry, newer: LogEntry): boolean {
  const isSame = entry.title === newer.title && entry.status === newer.status && entry.status !== undefined;
  return isSame && newer.at - entry.at < groupGapMs;
}

function merged(group: LogEntry[]): LogLine[] {
  const [newest] = group;
  if (!newest) return [];
  const times = group.map(({ roundTrip = 0 }) => roundTrip);
  const renewedBy = group.find((entry) => entry.renewedBy)?.renewedBy;
  const facts: LogEntry['facts'] = [
    ['Round trip', `${formatShort(Math.min(...times))} to ${formatShort(Math.max(...times))}`],
    ...(renewedBy ? [['Tokens renewed by', renewedBy] as [string, string]] : []),
  ];
  return [{ ...newest, renewedBy, facts, count: group.length }];
}

/** The lines as text, for the clipboard. */
export function textOf(lines: LogLine[]): string {
  return lines
    .map(({ at, title, status, count, facts }) => {
      const request = [title, status, count > 1 && `× ${count}`].filter(Boolean).join(' ');
      return [new Date(at).toISOString(), request, ...facts.map((fact) => fact.join(' '))].join(' · ');
    })
    .join('\n');
}

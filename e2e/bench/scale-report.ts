/** The section of docs/benchmarks.md about scale. */
import { SESSION_BYTES } from './fill.ts';
import { atMost, type Goal, verdict } from './goals.ts';
import { digits, table } from './markdown.ts';
import type { ListedEntries, Scale, ScalePlan, StoredSessions } from './scale.ts';

type Column<T> = readonly [title: string, cell: (row: T) => string];

const [whole, tenths] = [digits(0), digits(1)];
const megabytes = (bytes: number) => whole(bytes / 1_000_000);
const count = (value: number) => value.toLocaleString('en');

const OF_SESSIONS: readonly Column<StoredSessions>[] = [
  ['sessions', ({ sessions }) => count(sessions)],
  ['CPU a request, µs (least)', ({ cpuUs, leastCpuUs }) => `${tenths(cpuUs)} (${tenths(leastCpuUs)})`],
  ['p99, ms', ({ p99Ms }) => tenths(p99Ms)],
  ['memory, MB', ({ residentBytes }) => megabytes(residentBytes)],
  ['bytes of file a session', (row) => whole(row.bytesOnDisk / row.sessions)],
  ['start, ms', ({ startMs }) => whole(startMs)],
  ['longest delay after it, ms', ({ longestDelayMs }) => tenths(longestDelayMs)],
];

const OF_LIST: readonly Column<ListedEntries & { bytesEach: number }>[] = [
  ['entries', ({ entries }) => count(entries)],
  ['memory, MB', ({ residentBytes }) => megabytes(residentBytes)],
  ['bytes an entry', ({ bytesEach }) => whole(bytesEach)],
  ['start, ms', ({ startMs }) => whole(startMs)],
];

/** The titles of the two tables. */
export const SCALE_TITLES = [OF_SESSIONS.map(([title]) => title), OF_LIST.map(([title]) => title)] as const;

function rows<T>(columns: readonly Column<T>[], all: readonly T[]): string[][] {
  return all.map((row) => columns.map(([, cell]) => cell(row)));
}

function perEntry({ list }: Scale) {
  const empty = list[0]?.residentBytes ?? Number.NaN;
  return list.map((row) => ({ ...row, bytesEach: (row.residentBytes - empty) / row.entries }));
}

export function scaleTables(scale: Scale): string {
  const [sessions, list] = SCALE_TITLES;
  const { sweep } = scale;
  return `${table(sessions, rows(OF_SESSIONS, scale.sessions))}

While ${count(sweep.sessions)} expired sessions are swept out, the slowest request takes ${tenths(sweep.longestDelayMs)} ms.

${table(list, rows(OF_LIST, perEntry(scale)))}`;
}

export function scaleGoals(scale: Scale): Goal[] {
  const [hits, many, most] = scale.sessions;
  const lists = perEntry(scale);
  const longest = lists.at(-1);
  const of = (value: number | undefined) => value ?? Number.NaN;
  return [
    atMost('many sessions: CPU of a request, times that of one from memory', 2, of(many?.cpuUs) / of(hits?.cpuUs)),
    atMost('most sessions: the same', 2, of(most?.cpuUs) / of(hits?.cpuUs)),
    atMost(
      'most sessions: bytes of file, times the session',
      1.3,
      of(most?.bytesOnDisk) / of(most?.sessions) / SESSION_BYTES,
    ),
    atMost('many sessions: memory, MB', 40, of(many?.residentBytes) / 1_000_000),
    atMost('most sessions: longest delay after the start, ms', 20, of(most?.longestDelayMs)),
    atMost('the sweep: longest delay, ms', 20, scale.sweep.longestDelayMs),
    atMost('the longest list: bytes of memory an entry', 80, of(longest?.bytesEach)),
    atMost('the longest list: start, s', 3, of(longest?.startMs) / 1000),
  ];
}

export function scaleSection(scale: Scale, { rounds, seconds }: ScalePlan): string {
  return `What \`npm run bench -- scale\` printed last: sessions of ${SESSION_BYTES} bytes in SQLite, all in one file; each request is for one of
them at random (one of 100,000 where there are more), ${rounds} rounds of ${seconds} s. A thousand sessions are all in memory,
so the other rows show what it costs to read one.

${scaleTables(scale)}

${verdict(scaleGoals(scale))}`;
}

/** The section of docs/benchmarks.md about speed. */
import { cpus } from 'node:os';
import { verdict } from './goals.ts';
import { digits, table } from './markdown.ts';
import { type Result, speedGoals } from './results.ts';
import type { Plan } from './rounds.ts';

type Column = [title: string, cell: (result: Result) => string];

const [whole, tenths, hundredths] = [digits(0), digits(1), digits(2)];

const COLUMNS: readonly Column[] = [
  ['server', ({ row }) => row.name],
  ['requests/s (best)', (r) => `${whole(r.requestsPerSecond)} (${whole(r.best)})`],
  ['of bare', (r) => hundredths(r.ofBare)],
  ['of the ceiling', (r) => (r.row.kind === 'bare' || r.row.store === 'cookie' ? '' : hundredths(r.ofCeiling))],
  ['p99, ms', (r) => hundredths(r.p99Ms)],
  ['times bare', (r) => tenths(r.p99OfBare)],
  ['CPU a request, µs (user)', (r) => `${tenths(r.cpuUs)} (${tenths(r.cpuUserUs)})`],
  ['least', (r) => tenths(r.leastCpuUs)],
  ['rounds', (r) => String(r.rounds)],
];

/** The titles of the table's columns. */
export const TITLES = COLUMNS.map(([title]) => title);

export function speedTable(all: readonly Result[]): string {
  const rows = all.map((result) => COLUMNS.map(([, cell]) => cell(result)));
  return table(TITLES, rows);
}

/** The chart in words, for people who cannot see it. */
function inWords(all: readonly Result[]): string {
  const share = ({ row, ofBare }: Result) => `${row.name} ${hundredths(ofBare)}`;
  return all
    .filter(({ row }) => row.kind !== 'bare')
    .map(share)
    .join(', ');
}

export function speedSection(all: readonly Result[], plan: Plan): string {
  return `What \`npm run bench\` printed last: \`GET /api/session\` with every middleware in place, at \`RUST_LOG=info\`.
Each server has one worker on one core, \`wrk -t1 -c32\` is on the other; the servers take turns for ${plan.seconds} s, ${plan.rounds} rounds;
a figure is the middle of its rounds. Rounds in which other processes took more than 0.2 of a core are thrown away and
repeated. Throughput depends on the load generator too, so CPU a request (user and system time of the server's process)
is the steadier figure. Only ratios mean something on another machine.

![Requests per second as a share of the bare handler's](benchmarks.svg)

The chart in words, as shares of the bare handler's requests per second: ${inWords(all)}.

${speedTable(all)}

- **bare handler**: Actix Web and one handler that sends the JSON which the backend with that store answered; it is sent
  the same cookies.
- **ceiling**: that with our headers and a signed id cookie, by actix-session over a store that does nothing.
- **actix-session** as it comes, with a session of the same size; its Redis is asked at each request, and Redis' own time
  is not in the figures.

${verdict(speedGoals(all))}

Processor: ${cpus()[0]?.model.trim()}.`;
}

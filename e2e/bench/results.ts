/** What the rounds come to, and whether that is what this project wants to reach. */
import type { Round } from './load.ts';
import type { Samples } from './rounds.ts';
import { ROWS, type Row } from './rows.ts';

/** Figures of one row; `NaN` where nothing was measured. Middle of its rounds, where it does not say otherwise. */
export interface Result {
  row: Row;
  rounds: number;
  requestsPerSecond: number;
  best: number;
  p99Ms: number;
  cpuUs: number;
  cpuUserUs: number;
  leastCpuUs: number;
  /** Requests per second as a share of the bare handler's, and of the ceiling's. */
  ofBare: number;
  ofCeiling: number;
  /** Times the bare handler's. */
  p99OfBare: number;
}

export function results(samples: Samples): Result[] {
  const summaries = ROWS.map((row) => ({ row, ...summary(samples.get(row) ?? []) }));
  const bare = ({ store }: Row) => summaries.find(({ row }) => row.kind === 'bare' && row.store === store);
  const ceiling = summaries.find(({ row }) => row.kind === 'ceiling');
  return summaries.map((measured) => ({
    ...measured,
    ofBare: measured.requestsPerSecond / (bare(measured.row)?.requestsPerSecond ?? Number.NaN),
    ofCeiling: measured.requestsPerSecond / (ceiling?.requestsPerSecond ?? Number.NaN),
    p99OfBare: measured.p99Ms / (bare(measured.row)?.p99Ms ?? Number.NaN),
  }));
}

function summary(rounds: readonly Round[]) {
  const of = (figure: (round: Round) => number) => rounds.map(figure).toSorted((a, b) => a - b);
  const middle = (sorted: number[]) => sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
  const cpu = of(({ cpuUs }) => cpuUs.total);
  const throughput = of(({ requestsPerSecond }) => requestsPerSecond);
  return {
    rounds: rounds.length,
    requestsPerSecond: middle(throughput),
    best: throughput.at(-1) ?? Number.NaN,
    p99Ms: middle(of(({ p99Ms }) => p99Ms)),
    cpuUs: middle(cpu),
    cpuUserUs: middle(of(({ cpuUs }) => cpuUs.user)),
    leastCpuUs: cpu[0] ?? Number.NaN,
  };
}

export interface Goal {
  /** A sentence without its figures. */
  text: string;
  goal: string;
  measured: number;
  isMet: boolean;
}

/** The least share of the bare handler's throughput in cookies, and of the ceiling's in a store; the most p99. */
const GOALS = { ofBare: 0.55, ofCeiling: 0.9, p99OfBare: 2 };

/** Whether each goal is met: what was not measured does not meet it. */
export function goals(all: readonly Result[]): Goal[] {
  const ours = all.filter(({ row }) => row.kind === 'ours');
  const atLeast = (text: string, goal: number, measured: number) => ({
    ...{ text, goal: `at least ${goal.toFixed(2)}`, measured },
    isMet: measured >= goal,
  });
  return [
    ...ours.map(({ row, ofBare, ofCeiling }) =>
      row.store === 'cookie'
        ? atLeast(`${row.name}: throughput, of the bare handler's`, GOALS.ofBare, ofBare)
        : atLeast(`${row.name}: throughput, of the ceiling's`, GOALS.ofCeiling, ofCeiling),
    ),
    ...ours.map(({ row, p99OfBare }) => ({
      ...{ text: `${row.name}: p99, times the bare handler's`, goal: `at most ${GOALS.p99OfBare.toFixed(2)}` },
      ...{ measured: p99OfBare, isMet: p99OfBare <= GOALS.p99OfBare },
    })),
  ];
}

/** The results of the rounds, beside the goals of this project. */
import { atLeast, atMost, type Goal } from './goals.ts';
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
  const of = (figure: (round: Round) => number) => rounds.map(figure);
  const cpu = of(({ cpuUs }) => cpuUs.total);
  const throughput = of(({ requestsPerSecond }) => requestsPerSecond);
  return {
    rounds: rounds.length,
    requestsPerSecond: middle(throughput),
    best: best(throughput, Math.max),
    p99Ms: middle(of(({ p99Ms }) => p99Ms)),
    cpuUs: middle(cpu),
    cpuUserUs: middle(of(({ cpuUs }) => cpuUs.user)),
    leastCpuUs: best(cpu, Math.min),
  };
}

function best(figures: readonly number[], choose: (...figures: number[]) => number): number {
  return figures.length > 0 ? choose(...figures) : Number.NaN;
}

/** The figure that as many are below as above; `NaN` where there is none. */
export function middle(figures: readonly number[]): number {
  return figures.toSorted((a, b) => a - b)[Math.floor(figures.length / 2)] ?? Number.NaN;
}

/** The least share of the bare handler's throughput in cookies, and of the ceiling's in a store; the most p99. */
const GOALS = { ofBare: 0.55, ofCeiling: 0.9, p99OfBare: 2 };

export function speedGoals(all: readonly Result[]): Goal[] {
  const ours = all.filter(({ row }) => row.kind === 'ours');
  return [
    ...ours.map(({ row, ofBare, ofCeiling }) =>
      row.store === 'cookie'
        ? atLeast(`${row.name}: throughput, of the bare handler's`, GOALS.ofBare, ofBare)
        : atLeast(`${row.name}: throughput, of the ceiling's`, GOALS.ofCeiling, ofCeiling),
    ),
    ...ours.map(({ row, p99OfBare }) =>
      atMost(`${row.name}: p99, times the bare handler's`, GOALS.p99OfBare, p99OfBare),
    ),
  ];
}

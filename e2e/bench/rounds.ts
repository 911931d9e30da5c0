/** Rounds: every server in turn, until each has been measured often enough without being disturbed. */
import { load, QUIET_CORES, type Round } from './load.ts';
import type { Row } from './rows.ts';
import type { Stage } from './stage.ts';

export interface Plan {
  rounds: number;
  /** Of one round. */
  seconds: number;
  /** True if rounds count in which other processes had work to do. */
  takeDisturbed: boolean;
}

/** A machine that is never quiet must come to an end too. */
const MOST_TRIES = 3;

export type Samples = ReadonlyMap<Row, readonly Round[]>;

export async function measure({ targets, pids }: Pick<Stage, 'targets' | 'pids'>, plan: Plan): Promise<Samples> {
  const samples = new Map([...targets.keys()].map((row) => [row, [] as Round[]]));
  for (let pass = 1; pass <= plan.rounds * MOST_TRIES; pass += 1) {
    const missing = [...targets].filter(([row]) => (samples.get(row)?.length ?? 0) < plan.rounds);
    if (missing.length === 0) break;
    console.log(`▸ Round ${pass}${pass > plan.rounds ? ', as others were disturbed' : ` of ${plan.rounds}`}`);
    for (const [row, signIn] of missing) {
      // A session of the round before would be old enough to be written anew, which a browser takes and wrk does not.
      const round = await load(await signIn(), plan.seconds, pids);
      const isQuiet = round.others <= QUIET_CORES;
      if (isQuiet || plan.takeDisturbed) samples.get(row)?.push(round);
      console.log(describe(row, round, isQuiet));
    }
  }
  return samples;
}

function describe({ name }: Row, { requestsPerSecond, cpuUs, others }: Round, isQuiet: boolean): string {
  const figures = `${requestsPerSecond.toFixed(0).padStart(7)} requests/s, ${cpuUs.total.toFixed(1).padStart(5)} µs each`;
  return `  ${name.padEnd(38)} ${figures}${isQuiet ? '' : `; disturbed by ${others.toFixed(2)} cores of others`}`;
}

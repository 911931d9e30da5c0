/** Processor time, as Linux counts it in /proc. */
import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';

/** The unit of /proc, which has been 1/100 s on every architecture for ages (`getconf CLK_TCK`). */
const TICK_MS = 10;

/** Milliseconds. */
export interface CpuTime {
  user: number;
  system: number;
}

/** Processor time of a process so far; with `andChildren` also that of its children that have ended. */
export function cpuTime(pid: number | 'self', andChildren = false): CpuTime {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // The second field is the name in parentheses, which may hold anything.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const field = (number: number) => Number(fields[number - 3]) * TICK_MS;
  const [user, system] = [field(14), field(15)];
  return andChildren ? { user: user + field(16), system: system + field(17) } : { user, system };
}

function total({ user, system }: CpuTime): number {
  return user + system;
}

/** For how many milliseconds the cores had nothing to do so far, all of them together. */
function idleMs(): number {
  const [, , , , idle = 0, iowait = 0] = readFileSync('/proc/stat', 'utf8').split(/\s+/).map(Number);
  return (idle + iowait) * TICK_MS;
}

/** Load of this machine by other processes, and by other guests of the host, during the work; in cores. */
export async function busyOthers<T>(own: readonly number[], work: () => Promise<T>): Promise<[T, number]> {
  const ownMs = () => own.reduce((sum, pid) => sum + total(cpuTime(pid)), total(cpuTime('self', true)));
  const before = { at: performance.now(), idle: idleMs(), own: ownMs() };
  const result = await work();
  const elapsed = performance.now() - before.at;
  const busy = elapsed * availableParallelism() - (idleMs() - before.idle);
  return [result, (busy - (ownMs() - before.own)) / elapsed];
}

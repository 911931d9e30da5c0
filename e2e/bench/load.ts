/** One round of `wrk` against one server. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { busyOthers, cpuTime } from './cpu.ts';
import { onCore } from './server.ts';

const CONNECTIONS = 32;
const RANDOM_COOKIE = join(import.meta.dirname, 'random-cookie.lua');

/** The part of a core that other processes may take before a round counts as disturbed. */
export const QUIET_CORES = 0.2;

export interface Target {
  url: string;
  /** The `Cookie` header of every request, or a file of which each request takes a line at random. */
  cookie: string | { oneOf: string };
  /** The process that answers. */
  pid: number;
}

export interface Round {
  requestsPerSecond: number;
  p99Ms: number;
  /** Microseconds of processor time that the server spends on a request. */
  cpuUs: { user: number; total: number };
  /** Load by other processes during the round, in cores. */
  others: number;
}

/** Loads the server for some seconds; `own` are all processes of the bench. */
export async function load(target: Target, seconds: number, own: readonly number[]): Promise<Round> {
  const before = cpuTime(target.pid);
  const [report, others] = await busyOthers(own, () => wrk(target, seconds));
  const after = cpuTime(target.pid);
  const requests = Number(/(\d+) requests in/.exec(report)?.[1]);
  const user = ((after.user - before.user) * 1000) / requests;
  const system = ((after.system - before.system) * 1000) / requests;
  return {
    requestsPerSecond: Number(/Requests\/sec:\s+([\d.]+)/.exec(report)?.[1]),
    p99Ms: p99(report),
    cpuUs: { user, total: user + system },
    others,
  };
}

async function wrk({ url, cookie }: Target, seconds: number): Promise<string> {
  const options = ['-t1', `-c${CONNECTIONS}`, `-d${seconds}s`, '--latency'];
  const load =
    typeof cookie === 'string'
      ? ['wrk', ...options, '-H', `Cookie: ${cookie}`, url]
      : ['wrk', ...options, '-s', RANDOM_COOKIE, url, '--', cookie.oneOf];
  const [program, args] = onCore(1, load);
  const { stdout } = await promisify(execFile)(program, args);
  if (/Non-2xx|Socket errors/.test(stdout)) throw new Error(`not every answer was a 200:\n${stdout}`);
  return stdout;
}

function p99(report: string): number {
  const [, value = '', unit = ''] = /99%\s+([\d.]+)(us|ms|s)/.exec(report) ?? [];
  const inMs: { [unit: string]: number } = { us: 0.001, ms: 1, s: 1000 };
  return Number(value) * (inMs[unit] ?? Number.NaN);
}

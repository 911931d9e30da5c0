// Programs that stay up side by side: their output gets a prefix, and when one ends, all end.
import { createInterface } from 'node:readline';
import { Failure } from './command.mjs';
import { isEnding, launch } from './processes.mjs';

const COLOURS = { provider: 35, backend: 36, frontend: 32 };

/** Starts a program whose lines are shown as `name | line`. */
export function service(name, command, args, options = {}) {
  const child = launch(command, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
  const label = name.padEnd(8);
  const prefix = process.stdout.isTTY ? `\x1b[${COLOURS[name] ?? 37}m${label} |\x1b[0m` : `${label} |`;
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on('line', (line) => console.log(`${prefix} ${line}`));
  }
  return Object.assign(child, { serviceName: name });
}

/** Waits until `url` answers 200; a program that ends before that, or 60 s without an answer, is a `Failure`. */
export async function ready(child, url, timeoutMs = 60_000) {
  let ended = false;
  child.ended.then(() => {
    ended = true;
  });
  const deadline = Date.now() + timeoutMs;
  while (Date.now() < deadline) {
    if (ended) throw new Failure(`${child.serviceName} ended before it was ready; its last lines above say why.`);
    try {
      if ((await fetch(url, { signal: AbortSignal.timeout(2_000) })).ok) return;
    } catch {
      // Not listening yet.
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Failure(`${child.serviceName} did not answer at ${url} within ${timeoutMs / 1000} s.`);
}

/** Waits until the first of the programs ends; unless a signal asked for that, it is a `Failure`. */
export async function untilOneEnds(children) {
  const first = await Promise.race(children.map(async (child) => ({ child, ...(await child.ended) })));
  if (isEnding()) return new Promise(() => {});
  const how = first.error?.message ?? (first.signal ? `signal ${first.signal}` : `status ${first.code}`);
  throw new Failure(`${first.child.serviceName} ended (${how}), so everything ends.`);
}

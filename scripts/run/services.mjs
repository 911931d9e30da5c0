// Programs that stay up side by side: their output gets a prefix, and when one ends, all end.
import { createInterface } from 'node:readline';
import { Failure } from './command.mjs';
import { isEnding, launch } from './processes.mjs';

const COLOURS = { provider: 35, backend: 36, frontend: 32 };

/** First lines wait so long: of a program that refuses to start, its reason is all that matters. */
const HOLD_MS = 2_000;

/** The status with which the backend ends when a setting is wrong. */
const REFUSED = 2;

/** Lines of the log, and the hint of a command line's parser where nobody typed a command line. */
const NO_REASON = /^\d{4}-\d\d-\d\dT|'--help'/;

/** Starts a program whose lines are shown as `name | line`. */
export function service(name, command, args, options = {}) {
  const child = launch(command, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
  const label = name.padEnd(8);
  const prefix = process.stdout.isTTY ? `\x1b[${COLOURS[name] ?? 37}m${label} |\x1b[0m` : `${label} |`;
  const show = (line) => console.log(`${prefix} ${line}`);
  let held = [];
  const showHeld = () => {
    clearTimeout(timer);
    for (const line of held?.splice(0) ?? []) show(line);
    held = undefined;
  };
  const timer = setTimeout(showHeld, HOLD_MS);
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on('line', (line) => (held ? held.push(line) : show(line)));
  }
  const takeHeld = () => held?.splice(0) ?? [];
  return Object.assign(child, { serviceName: name, showHeld, takeHeld });
}

/** Waits until `url` answers 200; a program that ends before that, or 60 s without an answer, is a `Failure`. */
export async function ready(child, url, timeoutMs = 60_000) {
  let end;
  child.ended.then((how) => {
    end = how;
  });
  const deadline = Date.now() + timeoutMs;
  while (Date.now() < deadline) {
    if (end) throw endedTooSoon(child, end);
    try {
      if ((await fetch(url, { signal: AbortSignal.timeout(2_000) })).ok) return child.showHeld();
    } catch {
      // Not listening yet.
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  child.showHeld();
  throw new Failure(`${child.serviceName} did not answer at ${url} within ${timeoutMs / 1000} s.`);
}

function endedTooSoon(child, { code }) {
  if (code === REFUSED) {
    const reason = child.takeHeld().filter((line) => line.trim() && !NO_REASON.test(line));
    return new Failure(reason.map((line) => line.trim()).join(' '));
  }
  child.showHeld();
  return new Failure(`${child.serviceName} ended before it was ready; its last lines above say why.`);
}

/** Waits until the first of the programs ends; unless a signal asked for that, it is a `Failure`. */
export async function untilOneEnds(children) {
  const first = await Promise.race(children.map(async (child) => ({ child, ...(await child.ended) })));
  if (isEnding()) return new Promise(() => {});
  const how = first.error?.message ?? (first.signal ? `signal ${first.signal}` : `status ${first.code}`);
  throw new Failure(`${first.child.serviceName} ended (${how}), so everything ends.`);
}

// Services: programs that run side by side. Each line of their output has a prefix; when one ends, all end.
import { createInterface } from 'node:readline';
import { Failure } from './command.mjs';
import { isEnding, launch } from './processes.mjs';

const COLOURS = { provider: 35, backend: 36, frontend: 32 };

/** First lines are held back this long: if the program refuses its settings, only the reason is shown. */
const HOLD_MS = 2_000;

/** The backend's exit status for an invalid setting. */
const INVALID_SETTING = 2;

/** Lines that are not the reason of a refusal: log lines, and the hint of the command-line parser. */
const NO_REASON = /^\d{4}-\d\d-\d\dT|'--help'/;

/** Starts a program whose lines are shown as `name | line`; `url` answers 200 once it is ready. */
export function service(name, command, args, { url, ...options }) {
  const child = launch(command, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
  const label = name.padEnd(8);
  const prefix = process.stdout.isTTY ? `\x1b[${COLOURS[name] ?? 37}m${label} |\x1b[0m` : `${label} |`;
  const show = (line) => console.log(`${prefix} ${line}`);
  let held = [];
  const takeHeld = () => held?.splice(0) ?? [];
  const showHeld = () => {
    clearTimeout(timer);
    takeHeld().forEach(show);
    held = undefined;
  };
  const timer = setTimeout(showHeld, HOLD_MS);
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on('line', (line) => (held ? held.push(line) : show(line)));
  }
  return Object.assign(child, { serviceName: name, url, showHeld, takeHeld });
}

/** Returns the service once its URL answers 200. It is a `Failure` if it ends before, or does not answer in 60 s. */
export async function ready(child, timeoutMs = 60_000) {
  let status;
  child.ended.then((ended) => {
    status = ended;
  });
  const deadline = Date.now() + timeoutMs;
  while (Date.now() < deadline) {
    if (status) throw endedTooSoon(child, status);
    try {
      if ((await fetch(child.url, { signal: AbortSignal.timeout(2_000) })).ok) {
        child.showHeld();
        return child;
      }
    } catch {
      // Not listening yet.
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  child.showHeld();
  throw new Failure(`${child.serviceName} did not answer at ${child.url} within ${timeoutMs / 1000} s.`);
}

function endedTooSoon(child, { code }) {
  if (code === INVALID_SETTING) {
    const reason = child.takeHeld().filter((line) => line.trim() && !NO_REASON.test(line));
    return new Failure(reason.map((line) => line.trim()).join(' '));
  }
  child.showHeld();
  return new Failure(`${child.serviceName} ended before it was ready; its last lines above say why.`);
}

/** Waits until the first service ends. This is a `Failure`, unless a signal asked for it. */
export async function untilOneEnds(services) {
  const first = await Promise.race(services.map(async (child) => ({ child, ...(await child.ended) })));
  if (isEnding()) return new Promise(() => {});
  const how = first.error?.message ?? (first.signal ? `signal ${first.signal}` : `status ${first.code}`);
  throw new Failure(`${first.child.serviceName} ended (${how}), so everything ends.`);
}

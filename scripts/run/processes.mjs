// Starting and ending child processes. Every child leads a process group of its own, so that ending it also ends what
// it started (cargo its compilers, npm its script, Playwright its browsers). All groups end when this process does.
import { spawn } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../..', import.meta.url));

/** How long a process may take to end by itself after SIGTERM; the backend finishes its open requests in it. */
const GRACE_MS = 10_000;

const running = new Set();

/** The environment of children: `node` is the pinned one from node_modules, whichever Node runs this script. */
function environment(extra = {}) {
  const bin = path.join(root, 'node_modules', '.bin');
  return { ...process.env, PATH: `${bin}${path.delimiter}${process.env.PATH}`, ...extra };
}

/** Starts a child in the repository's root. `stdio` is that of node:child_process; standard input is never handed on. */
export function launch(command, args, { env, cwd = root, stdio = ['ignore', 'inherit', 'inherit'] } = {}) {
  const child = spawn(command, args, { cwd, env: environment(env), stdio, detached: true });
  running.add(child);
  child.ended = new Promise((resolve) => {
    child.once('error', (error) => resolve({ code: 127, signal: null, error }));
    child.once('close', (code, signal) => resolve({ code, signal }));
  }).finally(() => running.delete(child));
  return child;
}

/** Ends a child and everything it started: SIGTERM first, SIGKILL to what is left after the grace period. */
export async function end(child) {
  signalGroup(child, 'SIGTERM');
  const timer = setTimeout(() => signalGroup(child, 'SIGKILL'), GRACE_MS);
  await child.ended;
  clearTimeout(timer);
  // The leader is gone; members of its group that ignored SIGTERM are not.
  signalGroup(child, 'SIGKILL');
}

/** Ends all children that are still running. */
export async function endAll() {
  await Promise.all([...running].map(end));
}

function signalGroup(child, signal) {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, signal);
  } catch (error) {
    if (error.code !== 'ESRCH') throw error;
  }
}

let ending = false;
for (const [signal, code] of [
  ['SIGINT', 130],
  ['SIGTERM', 143],
  ['SIGHUP', 129],
]) {
  process.on(signal, async () => {
    // The terminal and npm may both pass on one Ctrl-C.
    if (ending) return;
    ending = true;
    await endAll();
    process.exit(code);
  });
}

/** True once a signal asked for the end: a child that stops then has not failed. */
export function isEnding() {
  return ending;
}

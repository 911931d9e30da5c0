// Child processes. Each leads its own process group, which ends as a whole: cargo with its compilers, npm with its
// script, Playwright with its browsers. All groups end with this process.
import { spawn } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../..', import.meta.url));

/** Time between SIGTERM and SIGKILL. The backend finishes its open requests in it. */
const GRACE_MS = 10_000;

const running = new Set();

/** Environment of a child: the PATH begins with node_modules, so that `node` is the pinned one. */
function environment(extra = {}) {
  const bin = path.join(root, 'node_modules', '.bin');
  return { ...process.env, PATH: `${bin}${path.delimiter}${process.env.PATH}`, ...extra };
}

/** Starts a child in the root of the repository. It gets no standard input. */
export function launch(command, args, { env, cwd = root, stdio = ['ignore', 'inherit', 'inherit'] } = {}) {
  const child = spawn(command, args, { cwd, env: environment(env), stdio, detached: true });
  running.add(child);
  child.ended = new Promise((resolve) => {
    child.once('error', (error) => resolve({ code: 127, signal: null, error }));
    child.once('close', (code, signal) => resolve({ code, signal }));
  }).finally(() => running.delete(child));
  return child;
}

/** Ends a child and its process group: SIGTERM first, SIGKILL after the grace period. */
export async function end(child) {
  signalGroup(child, 'SIGTERM');
  const timer = setTimeout(() => signalGroup(child, 'SIGKILL'), GRACE_MS);
  await child.ended;
  clearTimeout(timer);
  // Other members of the group may have ignored SIGTERM.
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
    // The terminal and npm may both forward one Ctrl-C.
    if (ending) return;
    ending = true;
    await endAll();
    process.exit(code);
  });
}

/** Returns true after a signal to this process: a child that stops then has not failed. */
export function isEnding() {
  return ending;
}

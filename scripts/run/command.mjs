// Commands that run to their end, progress lines, and failures.
import { endAll, isEnding, launch } from './processes.mjs';

/** A failure that is shown without a stack trace, because its message says what to do. */
export class Failure extends Error {}

/** Runs a command with its output on the terminal; a status other than 0 is a `Failure`. */
export async function run(command, args, options = {}) {
  const code = await finished(command, launch(command, args, options));
  if (code !== 0) throw new Failure(options.hint ?? `${[command, ...args].join(' ')} failed`);
}

/**
 * Runs a command and returns `{code, output}`, where `output` is what it printed on standard output. With `show` the
 * output also appears on the terminal.
 */
export async function capture(command, args, { show = false, ...options } = {}) {
  const child = launch(command, args, { ...options, stdio: ['ignore', 'pipe', 'inherit'] });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text) => {
    output += text;
    if (show) process.stdout.write(text);
  });
  const code = await finished(command, child);
  return { code, output };
}

async function finished(command, child) {
  const { code, error } = await child.ended;
  if (error) throw new Failure(`${command} could not be started: ${error.message}`);
  // After Ctrl-C the next command must not begin.
  if (isEnding()) await new Promise(() => {});
  return code;
}

/** Runs an action, with a line before it and one after it with the time it took. */
export async function step(title, action) {
  const from = Date.now();
  console.log(`▸ ${title}`);
  const result = await action();
  console.log(`✓ ${title} (${((Date.now() - from) / 1000).toFixed(1)} s)`);
  return result;
}

/** Runs the main function of a script. An error becomes exit status 1; all child processes are ended. */
export async function main(action) {
  try {
    process.exitCode = (await action()) ?? 0;
  } catch (error) {
    console.error(`\n✗ ${error instanceof Failure ? error.message : error.stack}`);
    process.exitCode = 1;
  } finally {
    await endAll();
  }
}

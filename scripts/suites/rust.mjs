// The backend's tests.
import { redis } from '../machine/redis.mjs';
import { captureCargo, linted } from '../run/cargo.mjs';

const SUMMARY = /^test result: .*? (\d+) passed; (\d+) failed;/gm;

const PASSED = /^test (\S+) \.\.\. ok$/gm;
/** A promise that is tested on every store is one test for each. */
const STORE = /::(cookie|sqlite|redis)(?=::\w+$)/;

/** Runs all Rust tests. */
export async function rust() {
  await redis();
  return cargoTest();
}

/** Runs those that `args` select, and adds up the summary lines of the test programs. */
export async function cargoTest(args = []) {
  const test = ['test', '--locked', '--no-fail-fast', ...args];
  const { code, output } = await captureCargo(test, { show: true, env: linted });
  const names = [...output.matchAll(PASSED)].map(([, name]) => name);
  const result = { passed: 0, failed: 0, ran: names.flatMap((name) => [name, name.replace(STORE, '')]) };
  for (const [, passed, failed] of output.matchAll(SUMMARY)) {
    result.passed += Number(passed);
    result.failed += Number(failed);
  }
  // Something that does not compile, or a test program that crashed, leaves no summary line.
  if (code !== 0 && result.failed === 0) result.failed = 1;
  return result;
}

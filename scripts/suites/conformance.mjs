// What docs/conformance.md names has run: not only is it there to be run.
import { DOCUMENT, notRun } from '../checks/conformance.mjs';
import { read } from '../checks/files.mjs';

/** Takes the results of the suites before, of a run of all of them. */
export function conformance(results) {
  const missing = notRun(read(DOCUMENT), new Set(results.flatMap(({ ran = [] }) => ran)));
  for (const name of missing) console.error(`✗ ${DOCUMENT} names a test that did not run, or failed: ${name}`);
  return { passed: missing.length > 0 ? 0 : 1, failed: missing.length };
}

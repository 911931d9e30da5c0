// Reads how many tests passed and failed out of the report that a test runner writes for machines.
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';

/**
 * Gives `runSuite` a path for the report and returns `{passed, failed, ran}` as its `count(report)` reads it. A runner that
 * fails without a failed test, or writes no report, has crashed: that counts as one failure.
 */
export async function withReport(name, runSuite) {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'test-report-'));
  try {
    const file = path.join(folder, name);
    const { code, count } = await runSuite(file);
    const report = await readFile(file, 'utf8').catch(() => undefined);
    const result = report === undefined ? { passed: 0, failed: 1 } : count(report);
    if (code !== 0 && result.failed === 0) result.failed = 1;
    return result;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** How docs/conformance.md names a test that is not one of Rust. */
export function testName(file, title) {
  return `${path.basename(file)}: ${title}`;
}

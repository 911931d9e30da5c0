// The suites that Node's own test runner runs.
import { capture } from '../run/command.mjs';
import { withReport } from './report.mjs';

/** The local provider's own tests, and Wristband's SDKs run against it. */
export function provider() {
  return nodeTests(['e2e/provider/**/*.test.ts', 'e2e/sdk-conformance/**/*.test.ts']);
}

/** The tests of what a developer types: the npm scripts and the bench. */
export function tools() {
  return nodeTests(['scripts/**/*.test.mjs', 'e2e/bench/**/*.test.ts']);
}

// The runner writes its numbers as the last lines of a TAP report.
function nodeTests(files) {
  return withReport('node.tap', async (report) => {
    const reporters = [
      ['--test-reporter=spec', '--test-reporter-destination=stdout'],
      ['--test-reporter=tap', `--test-reporter-destination=${report}`],
    ].flat();
    const { code } = await capture('node', ['--test', ...reporters, ...files], { show: true });
    return {
      code,
      count: (report) => {
        const number = (name) => Number(new RegExp(`^# ${name} (\\d+)$`, 'm').exec(report)?.[1] ?? 0);
        return { passed: number('pass'), failed: number('fail') + number('cancelled') };
      },
    };
  });
}

// The local provider's own tests, and Wristband's SDKs run against it.
import { capture } from '../run/command.mjs';
import { withReport } from './report.mjs';

/** Runs Node's test runner, which writes its numbers as the last lines of a TAP report. */
export function provider() {
  return withReport('provider.tap', async (file) => {
    const reporters = [
      ['--test-reporter=spec', '--test-reporter-destination=stdout'],
      ['--test-reporter=tap', `--test-reporter-destination=${file}`],
    ].flat();
    const tests = ['e2e/provider/**/*.test.ts', 'e2e/sdk-conformance/**/*.test.ts'];
    const { code } = await capture('node', ['--test', ...reporters, ...tests], { show: true });
    return {
      code,
      count: (report) => {
        const number = (name) => Number(new RegExp(`^# ${name} (\\d+)$`, 'm').exec(report)?.[1] ?? 0);
        return { passed: number('pass'), failed: number('fail') + number('cancelled') };
      },
    };
  });
}

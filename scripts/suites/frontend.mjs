// The single-page app's tests.
import { capture } from '../run/command.mjs';
import { testName, withReport } from './report.mjs';

/** Runs Vitest, which writes its numbers into a JSON report. */
export function frontend() {
  return withReport('vitest.json', async (file) => {
    const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${file}`];
    const { code } = await capture('npm', ['run', '--silent', 'test', '-w', 'frontend', '--', ...reporters], {
      show: true,
    });
    return {
      code,
      count: (report) => {
        const { numPassedTests, numFailedTests, numFailedTestSuites, testResults } = JSON.parse(report);
        const ran = testResults.flatMap(({ name, assertionResults }) =>
          assertionResults.filter(({ status }) => status === 'passed').map(({ title }) => testName(name, title)),
        );
        // A file that cannot be loaded has no tests that could fail.
        return { passed: numPassedTests, failed: numFailedTests || numFailedTestSuites, ran };
      },
    };
  });
}

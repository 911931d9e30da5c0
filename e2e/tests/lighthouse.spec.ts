import { expect, type Findings, test } from '../fixtures/lighthouse.ts';

// Lighthouse's scores of a page. That for performance is measured by `npm run bench -- pages`: it is the machine's.
const CATEGORIES = ['accessibility', 'best-practices', 'seo'];
const PERFECT = Object.fromEntries(CATEGORIES.map((name) => [name, 100]));

test.use({ expectedFailures: ['401 /api/session'] });

test('Lighthouse finds nothing to mend on any page', async ({ page, user, backend, examine }) => {
  test.slow();
  const found: Record<string, Findings> = {};
  const look = async (path: string, ...skipped: string[]) => {
    found[path] = await examine(backend.url + path, CATEGORIES, skipped);
  };
  // A browser logs every 401, and that is how a stranger is told to be one. Any other line in its log fails the test.
  await look('/', 'errors-in-console');
  await user.signInToTheSession('ada');
  await page.goto('about:blank');
  for (const path of ['/session', '/profile', '/sessions']) await look(path);

  for (const [path, { scores, faults }] of Object.entries(found)) {
    expect.soft(scores, `${path}: ${faults.join('\n')}`).toEqual(PERFECT);
  }
});

import { test } from '../fixtures/lighthouse.ts';
import { writeSection } from './document.ts';
import { type MeasuredPage, PAGES, pagesSection, ROUNDS } from './pages.ts';

test.use({ expectedFailures: ['401 /api/session'] });

test('measures the pages', async ({ page, user, backend, examine }) => {
  test.setTimeout(600_000);
  await user.signInToTheSession('ada');
  await page.goto('about:blank');
  const pages: MeasuredPage[] = PAGES.map((path) => ({ path, scores: [], layoutShifts: [] }));
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const { path, scores: seen, layoutShifts } of pages) {
      const { scores, layoutShift } = await examine(backend.url + path, ['performance']);
      seen.push(scores.performance ?? Number.NaN);
      layoutShifts.push(layoutShift);
    }
  }
  const section = pagesSection(pages);
  console.log(`\n${section}\n`);
  writeSection('Pages', section);
});

import type { Locator, Page } from '@playwright/test';
import { layoutShift, watchLayout } from '../fixtures/layout.ts';
import { inEachOf } from '../fixtures/stores.ts';
import { expect, test } from '../fixtures/test.ts';

// Nothing moves under the reader's eyes while a page fills: what comes later has its place from the start.
test.use({ expectedFailures: ['401 /api/session'], viewport: { width: 360, height: 800 } });

const MOST = 0.05;

async function opens(page: Page, address: string, heading: string) {
  await watchLayout(page);
  await page.goto(address);
  await expect(page.getByRole('heading', { level: 1, name: heading })).toBeVisible();
  await isFilled(page);
  expect.soft(await layoutShift(page), address).toBeLessThan(MOST);
  const bar = page.getByRole('banner');
  const overflow = await bar.evaluate(({ scrollHeight, clientHeight }) => scrollHeight - clientHeight);
  expect.soft(overflow, `${address}: the bar stays on one line`).toBe(0);
  // The narrower one is what WCAG 2.2 asks for (1.4.10 Reflow).
  for (const width of [320, 360]) {
    await page.setViewportSize({ width, height: 800 });
    expect.soft(await beyondTheText(bar), `${address}, ${width}: the bar is as wide as the text`).toEqual([]);
  }
}

/** What of an element stands to the left or the right of the column that the page's text has. */
function beyondTheText(element: Locator): Promise<string[]> {
  return element.evaluate((it) => {
    const main = document.querySelector('main') as HTMLElement;
    const { left, right } = main.getBoundingClientRect();
    const { paddingLeft, paddingRight } = getComputedStyle(main);
    const from = Math.floor(left + Number.parseFloat(paddingLeft));
    const to = Math.ceil(right - Number.parseFloat(paddingRight));
    return [...it.querySelectorAll('nav, a, button')]
      .map((part) => ({ part, rect: part.getBoundingClientRect() }))
      .filter(({ rect }) => rect.left < from || rect.right > to)
      .map(
        ({ part, rect }) => `${part.tagName} ${part.textContent}: ${rect.left} to ${rect.right} of ${from} to ${to}`,
      );
  });
}

/** Nothing is on its way any more: no indicator of loading, no picture or text that would move. */
async function isFilled(page: Page) {
  await page.waitForLoadState('load');
  await expect(page.getByText(/^(Loading|Looking for)/)).toHaveCount(0);
  await expect(page.locator('[aria-busy=true]')).toHaveCount(0);
  await page.evaluate(() => document.fonts.ready);
}

test('the pages of strangers hold still while they fill', async ({ page }) => {
  await opens(page, '/', 'Know your session.');
  await opens(page, '/login-error?reason=access_denied', 'Sign-in was refused');
  await opens(page, '/signed-out?session=ended&tokens=revoked&provider=ended', 'You are signed out');
  await opens(page, '/no/such/page', 'Page not found');
});

inEachOf(['cookie', 'sqlite'], () => {
  test('the pages of signed-in users hold still while they fill', async ({ page, user }) => {
    await user.signInToTheSession('ada');
    await opens(page, '/', 'Know your session.');
    await opens(page, '/session', 'Your session');
    await opens(page, '/profile', 'Ada Lovelace');
    await opens(page, '/sessions', 'Your sessions');
  });
});

test.describe('with an end on another day, whose name is long', () => {
  test.use({ settings: { SESSION_ABSOLUTE_TIMEOUT: '48h' } });

  test('the words of the life line stand clear of each other', async ({ page, user }) => {
    await user.signInToTheSession('ada');
    const life = page.getByRole('region', { name: 'Its life' });
    for (const width of [360, 705, 768, 1280, 1920]) {
      await page.setViewportSize({ width, height: 800 });
      expect.soft(await overlapping(life.locator('text')), `${width}`).toEqual([]);
    }
  });
});

/** Which of these elements are drawn over each other. */
function overlapping(elements: Locator): Promise<string[]> {
  return elements.evaluateAll((all) => {
    const boxes = all.map((it) => ({ text: it.textContent, box: it.getBoundingClientRect() }));
    return boxes.flatMap(({ text, box: a }, place) =>
      boxes
        .slice(place + 1)
        .filter(({ box: b }) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom)
        .map((other) => `${text} / ${other.text}`),
    );
  });
}

test('an email of 60 characters and a name from right to left fit', async ({ page, user }) => {
  // Six pages, one after the other.
  test.slow();
  const email = `${'a.very.long.name.of.somebody'.padEnd(47, 'x')}@acme.example`;
  await user.signInToTheSession('ada');
  for (const address of ['/', '/session', '/profile']) {
    await page.goto(address);
    await expect(page.getByText('ada@acme.example').first()).toBeVisible();
    await page.evaluate((email) => {
      for (const text of document.querySelectorAll('[dir=auto]')) {
        text.textContent = text.textContent === 'ada@acme.example' ? email : 'עדה לאבלייס';
      }
    }, email);
    await expect(page.getByText(email).first()).toBeVisible();
    const sideways = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    expect(sideways, address).toBeLessThanOrEqual(0);
  }
});

test('with reduced motion light and dark change at once, everywhere', async ({ page }) => {
  await page.goto('/');
  const heading = page.getByRole('heading', { level: 1 });
  for (const colorScheme of Array(15).fill(['dark', 'light']).flat()) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    const [color, wanted] = await heading.evaluate((it) => {
      const sample = Object.assign(document.createElement('i'), { style: 'color: var(--ink)' });
      document.body.append(sample);
      return [it, sample].map((one) => getComputedStyle(one).color);
    });
    expect(color, colorScheme).toBe(wanted);
  }
});

test('with the reader’s own colours notices, tags and the column in use stay apart', async ({ page, user }) => {
  await page.emulateMedia({ forcedColors: 'active' });
  await user.signInToTheSession('ada');
  const background = await page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const inUse = page.getByRole('columnheader', { name: 'Client-side in use' });
  const edges = [await edgeOf(inUse), await edgeOf(inUse.getByText('in use'))];
  await page.getByRole('link', { name: 'Profile', exact: true }).click();
  edges.push(await edgeOf(page.getByText('200, answered at')));
  for (const { style, color } of edges) {
    expect(style).toBe('solid');
    expect(color).not.toBe(background);
  }
});

function edgeOf(element: Locator) {
  return element.evaluate((it) => {
    const { borderInlineStartStyle: style, borderInlineStartColor: color } = getComputedStyle(it);
    return { style, color };
  });
}

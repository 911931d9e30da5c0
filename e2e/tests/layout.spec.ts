import type { Locator, Page } from '@playwright/test';
import { layoutShift, watchLayout } from '../fixtures/layout.ts';
import { inEachOf } from '../fixtures/stores.ts';
import { expect, test } from '../fixtures/test.ts';

// Nothing moves under the reader's eyes while a page fills: what comes later has its place from the start.
test.use({ expectedFailures: ['401 /api/session', '404 /no/such/page'], viewport: { width: 360, height: 800 } });

const MOST = 0.05;

const HIGH = 2_000;

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
  for (const width of [360, 1280]) {
    await page.setViewportSize({ width, height: HIGH });
    const height = await page.evaluate(() => document.documentElement.scrollHeight);
    const needed = await page.evaluate(() => document.querySelector('article')?.getBoundingClientRect().height ?? 0);
    const scrolls = height > HIGH && needed < HIGH / 2;
    expect.soft(scrolls, `${address}, ${width}: what is short does not scroll`).toBe(false);
  }
  await page.setViewportSize({ width: 360, height: 800 });
}

/** The pixels of an element to the left or the right of the column of the page's text. */
function beyondTheText(element: Locator): Promise<string[]> {
  return element.evaluate((it) => {
    const main = document.querySelector('main') as HTMLElement;
    const { left, right } = main.getBoundingClientRect();
    const { paddingLeft, paddingRight } = getComputedStyle(main);
    const from = Math.floor(left + Number.parseFloat(paddingLeft));
    const to = Math.ceil(right - Number.parseFloat(paddingRight));
    return [...it.querySelectorAll('nav, a, button')]
      .map((part) => ({ part, rect: part.getBoundingClientRect() }))
      .filter(({ rect }) => rect.width > 0 && (rect.left < from || rect.right > to))
      .map(
        ({ part, rect }) => `${part.tagName} ${part.textContent}: ${rect.left} to ${rect.right} of ${from} to ${to}`,
      );
  });
}

/** Nothing is on its way any more: no indicator of loading, no picture or text that would move. */
async function isFilled(page: Page) {
  await page.waitForLoadState('load');
  await expect(page.getByText(/^(Loading|Checking)/)).toHaveCount(0);
  await expect(page.locator('[aria-busy=true]')).toHaveCount(0);
  await page.evaluate(() => document.fonts.ready);
}

test('the pages of strangers hold still while they fill', async ({ page }) => {
  await opens(page, '/', 'User sessions with Actix Web and React');
  await opens(page, '/login-error?reason=access_denied', 'Sign-in was refused');
  await opens(page, '/signed-out?session=ended&tokens=revoked&provider=ended', 'You are signed out');
  await opens(page, '/no/such/page', 'Page not found');
});

inEachOf(['cookie', 'sqlite'], () => {
  test('the pages of signed-in users hold still while they fill', async ({ page, user }) => {
    await user.signInToTheSession('ada');
    await opens(page, '/', 'User sessions with Actix Web and React');
    await opens(page, '/session', 'Your session');
    await opens(page, '/profile', 'Ada Lovelace');
    await opens(page, '/sessions', 'Your devices');
  });
});

test.describe('with an end on another day, whose name is long', () => {
  test.use({ settings: { SESSION_ABSOLUTE_TIMEOUT: '48h' } });

  test('the words of the timeline stand clear of each other, and of the line of now', async ({ page, user }) => {
    await user.signInToTheSession('ada');
    let minutes = 0;
    await page.route('**/api/session*', async (route) => {
      const response = await route.fetch({ maxRetries: 1 });
      const body = await response.json();
      for (const name of ['createdAt', 'lastSeenAt', 'idleExpiresAt', 'expiresAt', 'accessTokenExpiresAt']) {
        body.metadata.session[name] = earlier(body.metadata.session[name], minutes);
      }
      await route.fulfill({ response, json: body });
    });
    const timeline = page.getByRole('region', { name: 'Session timeline' });
    // From the first sight to the end of the idle timeout.
    for (minutes of [0, 1, 2, 3, 5, 8, 12, 17, 23, 28]) {
      await page.reload();
      await expect(timeline).toBeVisible();
      for (const width of [360, 640, 705, 1280]) {
        await page.setViewportSize({ width, height: 800 });
        await expect(timeline.locator('svg')).toHaveClass(width < 705 ? /session-timeline-y/ : /session-timeline-x/);
        const drawn = timeline.locator('text, .line-now, .line-token');
        expect.soft(await overlapping(drawn), `${width}, after ${minutes} minutes`).toEqual([]);
      }
    }
  });
});

function earlier(time: string, minutes: number): string {
  return new Date(Date.parse(time) - minutes * 60_000).toISOString();
}

test.describe('with access tokens that live for seconds', () => {
  test('the bar of the tokens has a name at every width, also once they have expired', async ({
    page,
    user,
    provider,
  }) => {
    await provider.configure({ accessTokenTtl: 1 });
    await user.signInToTheSession('ada');
    const timeline = page.getByRole('region', { name: 'Session timeline' });
    for (const width of [360, 640, 1280]) {
      await page.setViewportSize({ width, height: 800 });
      await expect(timeline.getByText(/^Access token,.* expired .+: the next request renews it$/)).toBeVisible();
      await expect(timeline.getByText(/^Access token expired: /)).toBeAttached();
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
        .filter((other) => text || other.text)
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

test('the timeline has the reader’s own colours, light and dark', async ({ page, user }) => {
  await user.signInToTheSession('ada');
  const drawing = page.locator('.session-timeline');
  await expect(drawing).toBeVisible();
  for (const colorScheme of ['light', 'dark'] as const) {
    // Without motion, on whose way a colour is another one.
    await page.emulateMedia({ forcedColors: 'active', colorScheme, reducedMotion: 'reduce' });
    const foreign = await drawing.evaluate((it) => {
      const own = ['Canvas', 'CanvasText', 'GrayText', 'Highlight'].map((color) => {
        const sample = Object.assign(document.createElement('i'), { style: `color: ${color}` });
        document.body.append(sample);
        return getComputedStyle(sample).color;
      });
      return [...it.querySelectorAll('*')].flatMap((part) => {
        const { fill, stroke } = getComputedStyle(part);
        const painted = part.tagName === 'line' ? [stroke] : [fill, stroke];
        return painted.filter((color) => color !== 'none' && !own.includes(color)).map((it) => `${part.tagName} ${it}`);
      });
    });
    expect(foreign, colorScheme).toEqual([]);
  }
});

test('on paper there are no buttons and no shadows', async ({ page, user }) => {
  await user.signInToTheSession('ada');
  await page.emulateMedia({ media: 'print' });
  for (const address of ['/session', '/sessions', '/']) {
    await page.goto(address);
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
    await isFilled(page);
    await expect(page.getByRole('button').filter({ visible: true })).toHaveCount(0);
    const shadows = await page.locator('.card').evaluateAll((all) => all.map((it) => getComputedStyle(it).boxShadow));
    expect(new Set(shadows)).toEqual(new Set(['none']));
  }
});

function edgeOf(element: Locator) {
  return element.evaluate((it) => {
    const { borderInlineStartStyle: style, borderInlineStartColor: color } = getComputedStyle(it);
    return { style, color };
  });
}

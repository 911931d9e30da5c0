import path from 'node:path';
import { setInterval } from 'node:timers/promises';
import sharp from 'sharp';
import { expect, test } from '../fixtures/test.ts';

const PICTURE = path.resolve(import.meta.dirname, '../../docs/session.webp');
const FRAMES = 24;
const [TAKEN_EVERY_MS, SHOWN_FOR_MS, LAST_SHOWN_FOR_MS] = [3_000, 350, 2_500];

test.use({
  // Short, so that the timeline has something to show.
  settings: { SESSION_IDLE_TIMEOUT: '3m', SESSION_ABSOLUTE_TIMEOUT: '1h' },
  expectedFailures: ['401 /api/session'],
  viewport: { width: 1280, height: 1420 },
  colorScheme: 'light',
});

test('takes the picture of the README: a session, and its tokens as they are renewed', async ({
  page,
  user,
  provider,
}) => {
  test.setTimeout(600_000);
  await provider.configure({ accessTokenTtl: 12 });
  await user.signInToTheSession('ada');
  await page.mouse.move(0, 0);
  const frames: Buffer[] = [];
  for await (const _ of setInterval(TAKEN_EVERY_MS)) {
    frames.push(await page.screenshot());
    if (frames.length === FRAMES) break;
    // It waits for the token to expire; until then the button has another name.
    const send = page.getByRole('button', { name: 'Send 50 requests' });
    if (await send.isVisible()) await send.click();
  }
  const timeline = page.getByRole('list', { name: 'Session timeline as a list' });
  expect(await timeline.getByText(/^Tokens renewed/).count()).toBeGreaterThan(2);
  const delay = frames.map((_, place) => (place === FRAMES - 1 ? LAST_SHOWN_FOR_MS : SHOWN_FOR_MS));
  await sharp(frames, { join: { animated: true } })
    .webp({ delay, loop: 0, quality: 80, effort: 6, mixed: true, minSize: true })
    .toFile(PICTURE);
});

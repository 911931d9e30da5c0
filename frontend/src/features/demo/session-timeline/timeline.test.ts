import { expect, test } from 'vitest';
import type { SessionFacts } from '../../../lib/api/types.ts';
import { adasSession } from '../../../testing/backend.ts';
import { latestOf, scaleOf, type Timeline, timelineOf, withRefresh } from './timeline.ts';

const minute = 60_000;
const start = Date.parse('2030-01-01T12:00:00Z');
const at = (minutes: number) => new Date(start + minutes * minute).toISOString();

function facts(changes: Partial<SessionFacts> = {}): SessionFacts {
  const times = { createdAt: at(0), lastSeenAt: at(0), idleExpiresAt: at(30), expiresAt: at(720) };
  return { ...adasSession().metadata.session, ...times, accessTokenExpiresAt: at(5), ...changes };
}

const placeOf = (timeline: Timeline, minutes: number) => scaleOf(timeline).place(start + minutes * minute);

test('it is drawn to scale up to the idle timeout; the hours after it are cut short', () => {
  const timeline = timelineOf(facts(), []);
  expect([0, 15, 30, 720].map((minutes) => placeOf(timeline, minutes))).toEqual([0, 35, 70, 100]);
  expect(scaleOf(timeline).breaks).toEqual([85]);
});

test('a sign-in long ago is cut short, so that the minutes around now keep their room', () => {
  const timeline = timelineOf(facts({ lastSeenAt: at(300), idleExpiresAt: at(330) }), []);
  expect(placeOf(timeline, 0)).toBe(0);
  expect(placeOf(timeline, 300)).toBe(41);
  expect(scaleOf(timeline).breaks).toEqual([6, 85]);
});

test('an idle timeout after the absolute one is none: the line ends there', () => {
  const timeline = timelineOf(facts({ idleExpiresAt: at(800) }), []);
  expect(placeOf(timeline, 720)).toBe(100);
  expect(scaleOf(timeline).breaks).toEqual([]);
});

test('no time, however odd, is placed off the line', () => {
  const timeline = timelineOf(facts({ lastSeenAt: at(40), idleExpiresAt: at(30) }), []);
  for (const minutes of [-100, 0, 10, 30, 5_000]) {
    expect(placeOf(timeline, minutes)).toBeGreaterThanOrEqual(0);
    expect(placeOf(timeline, minutes)).toBeLessThanOrEqual(100);
  }
});

test('each refresh ends the timeline of one token and begins the next, and says why', () => {
  let refreshes = withRefresh([], latestOf(facts()));
  expect(timelineOf(facts(), refreshes).tokens).toEqual([{ from: start, to: start + 5 * minute, refreshedBy: null }]);

  const first = facts({ tokenRefreshedAt: at(4), tokenRefreshedBy: 'GET /api/profile', accessTokenExpiresAt: at(9) });
  const second = facts({ tokenRefreshedAt: at(8), tokenRefreshedBy: 'GET /api/session', accessTokenExpiresAt: at(13) });
  refreshes = [first, first, second].map(latestOf).reduce(withRefresh, refreshes);
  expect(timelineOf(second, refreshes).tokens).toEqual([
    { from: start, to: start + 4 * minute, refreshedBy: null },
    { from: start + 4 * minute, to: start + 8 * minute, refreshedBy: 'GET /api/profile' },
    { from: start + 8 * minute, to: start + 13 * minute, refreshedBy: 'GET /api/session' },
  ]);
});

test('a page that stays open for days forgets the oldest refreshes', () => {
  let refreshes = withRefresh([], latestOf(facts()));
  for (let count = 1; count <= 200; count += 1) {
    refreshes = withRefresh(refreshes, latestOf(facts({ tokenRefreshedAt: at(count) })));
  }
  expect(refreshes).toHaveLength(50);
  expect(refreshes.at(-1)?.at).toBe(start + 200 * minute);
});

import { expect, test } from 'vitest';
import { inLocalTime } from './local-time.ts';

const now = Date.parse('2030-01-01T12:00:00Z');
const facts = { handle: 'Mon, 01 Jan 2029', expiresAt: '2030-01-01T13:00:00Z', tokenRefreshedAt: null };
const moved = (date?: string) => inLocalTime(facts, new Headers(date ? { Date: date } : {}), now);

test('times of a server whose clock is ahead are set back, and nothing else is touched', () => {
  expect(moved('Tue, 01 Jan 2030 12:09:59 GMT')).toEqual({ ...facts, expiresAt: '2030-01-01T12:50:00.500Z' });
});

test('times of a server whose clock is behind are set forward', () => {
  expect(moved('Tue, 01 Jan 2030 11:50:00 GMT').expiresAt).toBe('2030-01-01T13:09:59.500Z');
});

test.each(['Tue, 01 Jan 2030 12:00:01 GMT', 'Tue, 01 Jan 2030 11:59:58 GMT', 'soon', undefined])(
  'a Date header of %s changes nothing',
  (date) => {
    expect(moved(date)).toBe(facts);
  },
);

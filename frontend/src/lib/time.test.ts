import { expect, test } from 'vitest';
import { formatAgo, formatCountdown, formatDuration, formatMoment, formatShort } from './time.ts';

test.each([
  [-5_000, '0 s'],
  [1, '1 s'],
  [59_000, '59 s'],
  [60_000, '1 min 00 s'],
  [1_799_500, '30 min 00 s'],
  [3_600_000, '1 h 00 min'],
  [43_199_000, '11 h 59 min'],
])('%i milliseconds are %s', (milliseconds, words) => {
  expect(formatDuration(milliseconds)).toBe(words);
});

test.each([
  [-5_000, '0:00'],
  [6_500, '0:07'],
  [1_781_000, '29:41'],
  [43_083_000, '11:58:03'],
])('a countdown of %i milliseconds reads %s', (milliseconds, clock) => {
  expect(formatCountdown(milliseconds)).toBe(clock);
});

test('a moment of today is told without the date, another day with it', () => {
  const now = new Date(2030, 4, 1, 12);
  expect(formatMoment(new Date(2030, 4, 1, 9, 15, 30).toISOString(), now)).not.toContain('2030');
  expect(formatMoment(new Date(2030, 4, 2, 9, 15, 30).toISOString(), now)).toContain('2030');
});

test('what is not a time is shown as it is, not as "Invalid Date"', () => {
  expect(formatMoment('soon')).toBe('soon');
});

test.each([
  [-5, 'now'],
  [59, 'now'],
  [60, '1 min ago'],
  [179, '2 min ago'],
  [7_200, '2 h ago'],
  [90_000, 'yesterday'],
  [300_000, '3 days ago'],
])('%i seconds ago is %s', (seconds, expected) => {
  const now = Date.parse('2030-01-01T12:00:00Z');
  expect(formatAgo(new Date(now - seconds * 1_000).toISOString(), now)).toBe(expected);
});

test.each([
  [0.0421, '0.04 ms'],
  [0.999, '1.0 ms'],
  [1.5, '1.5 ms'],
  [9.97, '10 ms'],
  [34.4, '34 ms'],
  [1_658, '1,658 ms'],
])('%f milliseconds are %s', (milliseconds, expected) => {
  expect(formatShort(milliseconds)).toBe(expected);
});

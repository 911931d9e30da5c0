import { expect, test } from 'vitest';
import { formatDuration, formatMoment } from './time.ts';

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

test('a moment of today is told without the date, another day with it', () => {
  const now = new Date(2030, 4, 1, 12);
  expect(formatMoment(new Date(2030, 4, 1, 9, 15, 30).toISOString(), now)).not.toContain('2030');
  expect(formatMoment(new Date(2030, 4, 2, 9, 15, 30).toISOString(), now)).toContain('2030');
});

test('what is not a time is shown as it is, not as "Invalid Date"', () => {
  expect(formatMoment('soon')).toBe('soon');
});

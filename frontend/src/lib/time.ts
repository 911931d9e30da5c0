const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

/** A length of time in its two largest units: `11 h 59 min`, `29 min 05 s`, `7 s`. Never negative. */
export function formatDuration(milliseconds: number): string {
  const left = Math.max(0, Math.ceil(milliseconds / second) * second);
  const hours = Math.floor(left / hour);
  const minutes = Math.floor((left % hour) / minute);
  const seconds = Math.floor((left % minute) / second);
  if (hours > 0) return `${hours} h ${pad(minutes)} min`;
  if (minutes > 0) return `${minutes} min ${pad(seconds)} s`;
  return `${seconds} s`;
}

const timeOfDay = new Intl.DateTimeFormat(undefined, { timeStyle: 'medium' });
const dayAndTime = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' });

/**
 * A moment in the reader's own time zone; today without the date. `time` is RFC 3339; what is not a time comes back
 * as it is.
 */
export function formatMoment(time: string, now = new Date()): string {
  const date = new Date(time);
  if (Number.isNaN(date.getTime())) return time;
  return date.toDateString() === now.toDateString() ? timeOfDay.format(date) : dayAndTime.format(date);
}

const words = new Intl.RelativeTimeFormat('en', { numeric: 'auto' });

/** How long ago it was, in the largest unit: `2 minutes ago`, `yesterday`. `time` is RFC 3339. */
export function formatAgo(time: string, now: number): string {
  const ago = now - Date.parse(time);
  if (Number.isNaN(ago)) return time;
  if (ago < minute) return 'just now';
  if (ago < hour) return words.format(-Math.floor(ago / minute), 'minute');
  if (ago < day) return words.format(-Math.floor(ago / hour), 'hour');
  return words.format(-Math.floor(ago / day), 'day');
}

/** A short length of time, in microseconds below ten milliseconds: `120 µs`, `9,870 µs`, `34 ms`. */
export function formatShort(milliseconds: number): string {
  if (milliseconds < 10) return `${Math.round(milliseconds * 1_000).toLocaleString('en')} µs`;
  return `${Math.round(milliseconds).toLocaleString('en')} ms`;
}

function pad(number: number): string {
  return String(number).padStart(2, '0');
}

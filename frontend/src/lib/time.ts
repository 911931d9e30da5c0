const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

/** Formats a duration in its two largest units: `11 h 59 min`, `29 min 05 s`, `7 s`. Never negative. */
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

/** Formats a time (RFC 3339) in the reader's time zone, without the date if it is today. Returns other text as it is. */
export function formatMoment(time: string, now = new Date()): string {
  const date = new Date(time);
  if (Number.isNaN(date.getTime())) return time;
  return date.toDateString() === now.toDateString() ? timeOfDay.format(date) : dayAndTime.format(date);
}

const relative = new Intl.RelativeTimeFormat('en', { numeric: 'auto' });

/** Formats the time since `time` (RFC 3339) in the largest unit: `2 minutes ago`, `yesterday`. */
export function formatAgo(time: string, now: number): string {
  const ago = now - Date.parse(time);
  if (Number.isNaN(ago)) return time;
  if (ago < minute) return 'just now';
  if (ago < hour) return relative.format(-Math.floor(ago / minute), 'minute');
  if (ago < day) return relative.format(-Math.floor(ago / hour), 'hour');
  return relative.format(-Math.floor(ago / day), 'day');
}

/** Formats a short duration: `120 µs`, `9.1 ms`, `34 ms`. */
export function formatShort(milliseconds: number): string {
  if (milliseconds < 1) return `${Math.round(milliseconds * 1_000)} µs`;
  if (milliseconds < 9.95) return `${milliseconds.toFixed(1)} ms`;
  return `${Math.round(milliseconds).toLocaleString('en')} ms`;
}

function pad(number: number): string {
  return String(number).padStart(2, '0');
}

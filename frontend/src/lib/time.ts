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

/** Formats a countdown like a clock: `0:07`, `29:41`, `11:58:03`. Never negative. */
export function formatCountdown(milliseconds: number): string {
  const left = Math.max(0, Math.ceil(milliseconds / second) * second);
  const hours = Math.floor(left / hour);
  const minutes = Math.floor((left % hour) / minute);
  const seconds = pad(Math.floor((left % minute) / second));
  return hours > 0 ? `${hours}:${pad(minutes)}:${seconds}` : `${minutes}:${seconds}`;
}

const timeOfDay = new Intl.DateTimeFormat(undefined, { timeStyle: 'medium' });
const dayAndTime = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' });

/** Formats a time (RFC 3339) in the reader's time zone, without the date if it is today. Returns other text as it is. */
export function formatMoment(time: string, now = new Date()): string {
  const date = new Date(time);
  if (Number.isNaN(date.getTime())) return time;
  return date.toDateString() === now.toDateString() ? timeOfDay.format(date) : dayAndTime.format(date);
}

const days = new Intl.RelativeTimeFormat('en', { numeric: 'auto' });

/** Formats the time since `time` (RFC 3339) in the largest unit: `now`, `2 h ago`, `yesterday`. */
export function formatAgo(time: string, now: number): string {
  const ago = now - Date.parse(time);
  if (Number.isNaN(ago)) return time;
  if (ago < minute) return 'now';
  if (ago < hour) return `${Math.floor(ago / minute)} min ago`;
  if (ago < day) return `${Math.floor(ago / hour)} h ago`;
  return days.format(-Math.floor(ago / day), 'day');
}

/** Formats a short duration in milliseconds, whatever its size: `0.04 ms`, `9.1 ms`, `1,658 ms`. */
export function formatShort(milliseconds: number): string {
  if (milliseconds < 0.995) return `${milliseconds.toFixed(2)} ms`;
  if (milliseconds < 9.95) return `${milliseconds.toFixed(1)} ms`;
  return `${Math.round(milliseconds).toLocaleString('en')} ms`;
}

function pad(number: number): string {
  return String(number).padStart(2, '0');
}

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;

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

function pad(number: number): string {
  return String(number).padStart(2, '0');
}

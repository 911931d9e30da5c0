import { formatMoment } from '../lib/time.ts';

/** A time in the reader's locale. `time` is RFC 3339. */
export function Moment({ time, className }: { time: string; className?: string }) {
  return (
    <time dateTime={time} className={className}>
      {formatMoment(time)}
    </time>
  );
}

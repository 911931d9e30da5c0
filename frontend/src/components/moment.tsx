import { formatMoment } from '../lib/time.ts';

/** A moment in the reader's words. `time` is RFC 3339. */
export function Moment({ time, className }: { time: string; className?: string }) {
  return (
    <time dateTime={time} className={className}>
      {formatMoment(time)}
    </time>
  );
}

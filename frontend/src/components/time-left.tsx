import { formatDuration } from '../lib/time.ts';
import { useNow } from '../lib/use-now.ts';

type Props = {
  /** Milliseconds since 1970. */
  until: number;
  /** What to say when the time is over. */
  over: string;
};

/** Counts down. A timer is silent for screen readers, unless they are asked to read it. */
export function TimeLeft({ until, over }: Props) {
  const left = until - useNow();
  return (
    <span role="timer" className="time-left">
      {left > 0 ? formatDuration(left) : over}
    </span>
  );
}

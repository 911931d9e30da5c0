import { formatDuration } from '../lib/time.ts';
import { useNow } from '../lib/use-now.ts';

type Props = {
  /** Milliseconds since 1970. */
  until: number;
  /** Text after the end of the countdown. */
  expiredText: string;
};

/** A countdown. Screen readers do not announce the changes of a timer. */
export function TimeLeft({ until, expiredText }: Props) {
  const left = until - useNow();
  return (
    <span role="timer" className="time-left">
      {left > 0 ? formatDuration(left) : expiredText}
    </span>
  );
}

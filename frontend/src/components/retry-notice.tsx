import type { ReactNode } from 'react';
import { TimeLeft } from './time-left.tsx';

type Props = {
  /** When the next try begins by itself, milliseconds since 1970. */
  retryAt: number;
  /** Adds a button that tries at once. */
  onRetry?: () => void;
  children: ReactNode;
};

/** Says that something is temporarily unavailable, and when it will be tried again. */
export function RetryNotice({ retryAt, onRetry, children }: Props) {
  return (
    <section className="notice notice-wait" aria-label="Temporarily unavailable">
      <div role="status">
        <strong>Temporarily unavailable, retrying</strong>
        <p>{children}</p>
      </div>
      <p className="hint">
        Next try in <TimeLeft until={retryAt} over="a moment" />
      </p>
      {onRetry && (
        <button type="button" className="button button-quiet" onClick={onRetry}>
          Try now
        </button>
      )}
    </section>
  );
}

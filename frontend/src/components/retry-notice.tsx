import type { ReactNode } from 'react';
import { TimeLeft } from './time-left.tsx';

type Props = {
  /** Time of the next automatic retry, in milliseconds since 1970; omitted if the connection bar shows it. */
  retryAt?: number | undefined;
  children: ReactNode;
};

/** A notice that something is unavailable, with the time of the next retry. */
export function RetryNotice({ retryAt, children }: Props) {
  return (
    <section className="notice notice-wait" aria-label="Temporarily unavailable">
      <div role="status">
        <strong>Temporarily unavailable, retrying</strong>
        <p>{children}</p>
      </div>
      {retryAt !== undefined && (
        <p className="hint">
          Next try in <TimeLeft until={retryAt} expiredText="a moment" />
        </p>
      )}
    </section>
  );
}

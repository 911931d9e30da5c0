import type { Failure } from '../lib/api/answer.ts';

/** The answers that no waiting heals. Those that end or change the session are not shown: the whole page says so. */
export function FailureNotice({ failure }: { failure: Failure }) {
  if (failure.kind === 'unauthenticated' || failure.kind === 'other session') return null;
  return (
    <p role="alert" className="notice notice-bad">
      {failure.kind === 'forbidden' ? (
        <>
          <strong>403: not allowed.</strong> You are signed in, but this resource is not open to you. Ask an
          administrator of your tenant for access.
        </>
      ) : (
        <>
          <strong>An answer that makes no sense</strong>
          {failure.kind === 'unexpected' && ` (status ${failure.status})`}. You are still signed in. Call again; if it
          stays like this, the log of the backend tells more.
        </>
      )}
    </p>
  );
}

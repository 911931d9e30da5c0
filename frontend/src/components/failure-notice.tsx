import type { Failure } from '../lib/api/answer.ts';

/** The answers that waiting does not change. That a session has ended is said by the whole page. */
export function FailureNotice({ failure }: { failure: Failure }) {
  if (failure.kind === 'unauthenticated' || failure.kind === 'other session') {
    // Late: in most cases the page is about to say that the session has ended.
    return (
      <p role="status" className="notice appears-late">
        Your session was renewed while this was under way. Try again.
      </p>
    );
  }
  return (
    <p role="alert" className="notice notice-bad">
      {failure.kind === 'forbidden' ? (
        <>
          <strong>403: not allowed.</strong> You are signed in, but you may not see this. Ask an administrator of your
          tenant for access.
        </>
      ) : (
        <>
          <strong>Unexpected response</strong>
          {failure.kind === 'unexpected' && ` (status ${failure.status})`}. You are still signed in. Try again; if it
          happens every time, the log of the backend says more.
        </>
      )}
    </p>
  );
}

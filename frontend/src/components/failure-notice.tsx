import type { Failure } from '../lib/api/call-result.ts';
import { isStepUp } from '../lib/api/step-up.ts';

/** Describes a failure that a retry does not solve. The end of the session has a page of its own. */
export function FailureNotice({ failure }: { failure: Failure }) {
  if (failure.kind === 'unauthenticated' || failure.kind === 'other session') {
    // Appears late, because in most cases the page is about to report the end of the session.
    return (
      <p role="status" className="notice appears-late">
        Your session changed during the request. Try again.
      </p>
    );
  }
  if (isStepUp(failure)) {
    return (
      <p role="status" className="notice">
        <strong>Sign in again first.</strong> This needs a more recent sign-in, or a stronger one.
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
          happens every time, see the log of the backend.
        </>
      )}
    </p>
  );
}

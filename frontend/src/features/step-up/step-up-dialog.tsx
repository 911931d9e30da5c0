import { Dialog } from '../../components/dialog.tsx';
import type { StepUpParameters } from '../../lib/api/step-up.ts';
import { formatDuration } from '../../lib/time.ts';
import { SignInButton } from '../sign-in/sign-in-button.tsx';
import type { KeptRequest } from './kept-request.ts';

type Props = {
  parameters: StepUpParameters;
  /** The request that is sent once after the sign-in. `null`: it cannot be kept. */
  request: KeptRequest | null;
  /** True if the request only reads, so that the page sends it again by itself. */
  isRead: boolean;
  tenantName: string | null | undefined;
  loginHint: string | null | undefined;
  returnUrl: string;
  returnFocusTo: () => HTMLElement | null;
  onLeave: () => void;
  onCancel: () => void;
};

/** Explains why a new sign-in is needed, and leads to it. */
export function StepUpDialog({ parameters, request, isRead, returnFocusTo, onLeave, onCancel, ...login }: Props) {
  const { maxAge, acrValues } = parameters;
  return (
    <Dialog title="Sign in again first" onCancel={onCancel} returnFocusTo={returnFocusTo}>
      <p role="alert">
        {acrValues && 'This needs a stronger sign-in, for example with a code. '}
        {maxAge !== undefined && `To protect your account, this needs a sign-in from the last ${ageInWords(maxAge)}. `}
        {!acrValues && maxAge === undefined && 'To protect your account, this needs a new sign-in. '}
        {afterwards(request, isRead)}
      </p>
      {request && (
        <p className="hint">
          Sent once after your return: <code>{`${request.method} ${request.path}`}</code>
        </p>
      )}
      <div className="actions">
        <SignInButton
          {...login}
          maxAge={maxAge}
          acrValues={acrValues}
          // Also for providers that do not know max_age, and if the response does not say what it needs.
          prompt={acrValues && maxAge === undefined ? undefined : 'login'}
          onLeave={onLeave}
        >
          Sign in again
        </SignInButton>
        <button type="button" className="button button-quiet" onClick={onCancel}>
          Cancel
        </button>
      </div>
    </Dialog>
  );
}

function afterwards(request: KeptRequest | null, isRead: boolean): string {
  if (isRead) return 'Afterwards you return to this page.';
  return request
    ? 'Afterwards you return to this page, and your request is sent.'
    : 'Afterwards you return to this page. Your request cannot be kept: send it again yourself.';
}

function ageInWords(seconds: number): string {
  return formatDuration(seconds * 1_000).replace(/ 00 (s|min)$/, '');
}

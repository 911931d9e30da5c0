import { SignInButton } from './sign-in-button.tsx';

/** Link to the provider's sign-up. */
export function CreateAccountButton({ returnUrl }: { returnUrl: string }) {
  return (
    <SignInButton className="button button-quiet" prompt="create" returnUrl={returnUrl}>
      Create account
    </SignInButton>
  );
}

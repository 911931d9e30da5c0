import type { LoginOptions } from '../auth/login-url.ts';
import { SignInButton } from './sign-in-button.tsx';

// The users of the local provider; a real Wristband application has others, and never shows this list.
const password = 'wristband';
const users = [
  { name: 'Ada Lovelace', email: 'ada@acme.example', tenantName: 'acme' },
  { name: 'Alan Turing', email: 'alan@acme.example', tenantName: 'acme' },
  { name: 'Grace Hopper', email: 'grace@globex.example', tenantName: 'globex' },
];

/** The test users of the local provider, each one click away from the password field. */
export function TestUsers(options: Pick<LoginOptions, 'returnUrl' | 'prompt'>) {
  return (
    <section aria-labelledby="test-users" className="test-users">
      <h3 id="test-users">Choose a test user</h3>
      <ul>
        {users.map(({ name, email, tenantName }) => (
          <li key={email}>
            <SignInButton className="choice" tenantName={tenantName} loginHint={email} {...options}>
              <strong>{name}</strong>
              <span>{email}</span>
            </SignInButton>
          </li>
        ))}
      </ul>
      <p className="hint">
        The password for every test user is <code>{password}</code>.
      </p>
    </section>
  );
}

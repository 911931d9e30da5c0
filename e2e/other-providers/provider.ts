import type { Page } from '@playwright/test';

/** The user of every foreign provider. */
export const ada = {
  userName: 'ada',
  name: 'Ada Lovelace',
  email: 'ada@acme.example',
  password: 'correct horse battery',
};

/** Access tokens live so long, in seconds: they are renewed after half of it. */
export const TOKEN_SECONDS = 20;

/** A server of somebody else, run on loopback for one test. */
export interface ForeignProvider extends AsyncDisposable {
  /** Registers the application that browsers find at `url`, and gives the settings that its backend needs. */
  register(url: string): Promise<Record<string, string>>;
  /** Types Ada's credentials, and agrees to whatever is asked. */
  signIn(page: Page): Promise<void>;
  /** Types Ada's password alone, where the provider knows her and asks for it once more. */
  signInAgain(page: Page): Promise<void>;
  /** Agrees to what is asked of a user who is signed in there. */
  agree(page: Page): Promise<void>;
  /** Agrees to the sign-out that the application has asked for, where there is a question. */
  agreeToSignOut(page: Page): Promise<void>;
  /** Ends the user's session on its own page, where that is told to applications (back-channel logout). */
  signOutThere?(page: Page): Promise<void>;
}

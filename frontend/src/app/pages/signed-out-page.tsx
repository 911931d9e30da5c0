import { useSearchParams } from 'react-router';
import { Page } from '../../components/page.tsx';
import { useAuth } from '../../features/auth/auth-context.tsx';
import { SignOutButton } from '../../features/sign-in/sign-out-button.tsx';
import { useAppConfig } from '../../lib/app-config.ts';
import { Entrance } from './entrance.tsx';
import { readSignOutNote, type SignOutNote } from './sign-out-note.ts';
import '../../components/steps.css';
import './signed-out-page.css';

/** Where a sign-out ends: what was done, in order, and what was not. */
export function SignedOutPage() {
  const { state } = useAuth();
  const [query] = useSearchParams();
  const note = readSignOutNote(query);
  const isSignedIn = state.status === 'authenticated';

  if (note.session === 'kept' && state.status !== 'unauthenticated') return <StillSignedIn />;
  return (
    <Page title={isSignedIn ? 'You are signed in' : 'You are signed out'}>
      <div className="signed-out">
        {!isSignedIn && note.session && <WhatWasDone note={note} />}
        <Entrance />
      </div>
    </Page>
  );
}

function StillSignedIn() {
  return (
    <Page title="You are still signed in">
      <p className="lead">
        The sign-out did not work: the store that keeps sessions does not answer. Nothing has changed.
      </p>
      <p>Wait a moment and try again. Until then, lock this device when you leave it.</p>
      <p className="actions">
        <SignOutButton className="button">Try to sign out again</SignOutButton>
      </p>
    </Page>
  );
}

function WhatWasDone({ note: { session, tokens, provider } }: { note: SignOutNote }) {
  const isOnList = useAppConfig()?.sessionStore === 'cookie';
  return (
    <ol className="steps sign-out-steps" aria-label="What was done">
      {session === 'none' ? (
        <Step title="There was no session to end">You were signed out already.</Step>
      ) : (
        <Step title="Your session was ended">
          {isOnList
            ? 'It is on the server’s list of revoked sessions: a copy of its cookies opens nothing.'
            : 'The server deleted it: its id opens nothing.'}
        </Step>
      )}
      <Step title="Its cookies were removed">This browser holds nothing of it.</Step>
      {tokens === 'revoked' && (
        <Step title="The refresh token was revoked">Nobody gets new tokens with it at the identity provider.</Step>
      )}
      {tokens === 'revoking' && (
        <Step title="The refresh token is not revoked yet" isOpen>
          The server is asking the identity provider, and keeps trying until it answers; you need to do nothing.
        </Step>
      )}
      {provider === 'ended' && (
        <Step title="Your session at the identity provider was ended">The next sign-in asks for your password.</Step>
      )}
      {provider === 'stays' && (
        <Step title="Your session at the identity provider goes on" isOpen>
          It has no way to be ended from here: the next sign-in may not ask for your password. Sign out there, too.
        </Step>
      )}
      {provider === 'open' && (
        <Step title="Your session at the identity provider was not ended" isOpen>
          Others who use this browser may sign in as you without your password. Sign out there, too.
        </Step>
      )}
    </ol>
  );
}

function Step({ title, isOpen = false, children }: { title: string; isOpen?: boolean; children: string }) {
  return (
    <li className={isOpen ? 'open' : 'done'}>
      <h2>
        <span className="visually-hidden">{isOpen ? 'Not done: ' : 'Done: '}</span>
        {title}
      </h2>
      <p>{children}</p>
    </li>
  );
}

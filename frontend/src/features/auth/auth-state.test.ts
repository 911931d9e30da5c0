import { expect, test } from 'vitest';
import { adasSession } from '../../testing/backend.ts';
import { type AuthState, nextAuthState } from './auth-state.ts';

const session = adasSession();
const authenticated: AuthState = { status: 'authenticated', session };
const missing = { type: 'session missing', reason: undefined } as const;
const outage = { type: 'server unavailable' } as const;

test('a session that is missing now has ended, and is remembered for the way back', () => {
  expect(nextAuthState(authenticated, missing)).toEqual({
    status: 'unauthenticated',
    ended: { session, reason: undefined },
  });
});

test('hearing it twice changes nothing, and the first reason stays', () => {
  const ended = nextAuthState(authenticated, { type: 'session missing', reason: 'replaced' });
  expect(nextAuthState(ended, missing)).toEqual(ended);
});

test('who never had a session has not lost one', () => {
  const unauthenticated = { status: 'unauthenticated', ended: null };
  expect(nextAuthState({ status: 'loading' }, missing)).toEqual(unauthenticated);
  expect(nextAuthState({ status: 'unavailable' }, missing)).toEqual(unauthenticated);
});

test('that a session was ended for a newer one is known without having seen it', () => {
  expect(nextAuthState({ status: 'loading' }, { type: 'session missing', reason: 'replaced' })).toEqual({
    status: 'unauthenticated',
    ended: { session: null, reason: 'replaced' },
  });
});

test('an outage signs nobody out, and takes no page away whose session has ended', () => {
  expect(nextAuthState(authenticated, outage)).toBe(authenticated);
  const ended = nextAuthState(authenticated, missing);
  expect(nextAuthState(ended, outage)).toBe(ended);
});

import { expect, test } from 'vitest';
import { adasSession } from '../../testing/backend.ts';
import { type AuthState, nextAuthState } from './auth-state.ts';

const session = adasSession();
const authenticated: AuthState = { status: 'authenticated', session };

test('a session that was there and is missing now has ended; it is remembered for the way back in', () => {
  expect(nextAuthState(authenticated, { type: 'session missing' })).toEqual({
    status: 'unauthenticated',
    ended: session,
  });
});

test('hearing it twice changes nothing', () => {
  const ended = nextAuthState(authenticated, { type: 'session missing' });
  expect(nextAuthState(ended, { type: 'session missing' })).toEqual(ended);
});

test('who never had a session has not lost one', () => {
  const unauthenticated = { status: 'unauthenticated', ended: null };
  expect(nextAuthState({ status: 'loading' }, { type: 'session missing' })).toEqual(unauthenticated);
  expect(nextAuthState({ status: 'unavailable', retryAt: 1 }, { type: 'session missing' })).toEqual(unauthenticated);
});

test('an outage signs nobody out', () => {
  expect(nextAuthState(authenticated, { type: 'server unavailable', retryAt: 1 })).toBe(authenticated);
});

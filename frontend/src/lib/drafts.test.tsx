import { screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { beforeEach, describe, expect, test } from 'vitest';
import {
  adasProfile,
  adasSession,
  answer,
  gracesSession,
  json,
  networkFailure,
  signedOut,
} from '../testing/backend.ts';
import { openPage } from '../testing/open-page.tsx';

const key = 'draft:user-ada:note';

beforeEach(() => {
  answer('/api/session', json(adasSession()));
  answer('/api/profile', json(adasProfile()));
});

async function openNote() {
  await openPage('/profile');
  await screen.findByText(/^200, answered at/);
  return screen.getByLabelText('Note');
}

test('what was typed survives the trip to sign-in', async () => {
  await userEvent.type(await openNote(), 'Half a thought');
  expect(sessionStorage.getItem(key)).toBe('Half a thought');
});

test('a page that opens in the same tab shows what was typed before', async () => {
  sessionStorage.setItem(key, 'Half a thought');
  expect(await openNote()).toHaveValue('Half a thought');
});

test('an emptied field leaves nothing behind', async () => {
  sessionStorage.setItem(key, 'x');
  await userEvent.clear(await openNote());
  expect(sessionStorage).toHaveLength(0);
});

describe('signing out', () => {
  beforeEach(async () => {
    sessionStorage.setItem('other', 'stays');
    await userEvent.type(await openNote(), 'Half a thought');
    sessionStorage.setItem('step-up', 'a request that waits for a new sign-in');
    await userEvent.click(screen.getByRole('button', { name: 'Sign out' }));
  });

  test.each([
    ['nobody is signed in', signedOut],
    ['there is a new session', json(adasSession({ handle: 'handle-9' }))],
  ])('forgets it and the kept request, and nothing else, once %s', async (_, now) => {
    expect(sessionStorage.getItem(key)).toBe('Half a thought');
    answer('/api/session', now);
    await openPage('/');
    await waitFor(() => expect({ ...sessionStorage }).toEqual({ other: 'stays' }));
  });

  test.each([
    ['the session goes on', json(adasSession())],
    ['the server cannot say', networkFailure],
  ])('keeps it while %s', async (_, now) => {
    const requests = answer('/api/session', now);
    await openPage('/');
    await waitFor(() => expect(requests).not.toHaveLength(0));
    expect(sessionStorage.getItem(key)).toBe('Half a thought');
  });
});

test('somebody else who signs in in the same tab neither sees nor keeps it', async () => {
  sessionStorage.setItem(key, 'Ada’s secret');
  answer('/api/session', json(gracesSession()));
  answer('/api/profile', json(adasProfile({ userId: 'user-grace' })));
  expect(await openNote()).toHaveValue('');
  expect(sessionStorage).toHaveLength(0);
});

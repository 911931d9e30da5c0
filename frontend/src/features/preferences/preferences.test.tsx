import { act, fireEvent, screen } from '@testing-library/react';
import { beforeEach, expect, test } from 'vitest';
import {
  adasProfile,
  adasSession,
  answer,
  answerPut,
  json,
  networkFailure,
  preferences,
  problem,
  signedOut,
} from '../../testing/backend.ts';
import '../../../public/theme.js';
import { Stream, stubEventSource } from '../../testing/event-source.ts';
import { openPage, pass, stopTheClock } from '../../testing/open-page.tsx';

const stream = () => Stream.open[0] as Stream;

beforeEach(() => {
  stopTheClock();
  localStorage.clear();
  const restore = stubEventSource();
  return () => {
    localStorage.clear();
    restore();
  };
});

const reminder = () => screen.getByRole('textbox', { name: 'Reminder' });
const theme = () => document.documentElement.dataset['theme'];
const save = async () => {
  fireEvent.click(screen.getByRole('button', { name: 'Save' }));
  await pass(0.5);
};

async function open() {
  answer('/api/session', json(adasSession()));
  answer('/api/profile', json(adasProfile()));
  const opened = await openPage('/profile');
  await pass(0.5);
  return opened;
}

test('what the session contains is shown, and what is saved is sent', async () => {
  answer('/api/preferences', json(preferences({ theme: 'light', reminder: 'from before' })));
  await open();
  expect(reminder()).toHaveValue('from before');
  expect(theme()).toBe('light');
  const sent = answerPut('/api/preferences', json(preferences({ theme: 'dark', reminder: 'new' })));
  fireEvent.click(screen.getByRole('radio', { name: 'Dark' }));
  fireEvent.change(reminder(), { target: { value: 'new' } });
  await save();
  expect(sent).toEqual([{ theme: 'dark', reminder: 'new' }]);
  expect(screen.getByText('Saved.')).toBeVisible();
  expect(theme()).toBe('dark');
});

test('a change of another tab is shown, but does not replace what the user types', async () => {
  answer('/api/preferences', json(preferences()), json(preferences({ reminder: 'of the other tab' })));
  await open();
  const notify = async () => {
    act(() => stream().onmessage({ data: JSON.stringify({ type: 'dataChanged' }) }));
    await pass(0.5);
  };
  await notify();
  expect(reminder()).toHaveValue('of the other tab');
  fireEvent.change(reminder(), { target: { value: 'typed here' } });
  await notify();
  expect(reminder()).toHaveValue('typed here');
});

test('a save keeps what another tab has changed beside it', async () => {
  answer('/api/preferences', json(preferences()), json(preferences({ theme: 'dark' })));
  await open();
  fireEvent.change(reminder(), { target: { value: 'typed here' } });
  act(() => stream().onmessage({ data: JSON.stringify({ type: 'dataChanged' }) }));
  await pass(0.5);
  const sent = answerPut('/api/preferences', json(preferences({ theme: 'dark', reminder: 'typed here' })));
  await save();
  expect(sent).toEqual([{ theme: 'dark', reminder: 'typed here' }]);
});

test('a request that left before the session was bound to the device is sent once more', async () => {
  answer('/api/preferences', problem(401, 'device_proof_required'), json(preferences({ reminder: 'there' })));
  await open();
  await pass(0.5);
  expect(reminder()).toHaveValue('there');
});

test('preferences that cannot be loaded are no empty form without a word', async () => {
  answer('/api/preferences', networkFailure);
  await open();
  expect(screen.getByText('Your preferences can’t be loaded right now.')).toBeVisible();
  expect(reminder()).toBeDisabled();
});

test.each([
  ['has no room', problem(413, 'session_too_large'), /no room for this reminder/],
  ['cannot be reached', networkFailure, /Can’t reach the server\. Nothing was saved/],
])('a session that %s leaves the text on the page', async (_, response, words) => {
  await open();
  answerPut('/api/preferences', response);
  fireEvent.change(reminder(), { target: { value: 'long' } });
  await save();
  expect(screen.getByRole('alert')).toHaveTextContent(words);
  expect(reminder()).toHaveValue('long');
});

test('the theme is kept for the next page of the session, and forgotten with it', async () => {
  answer('/api/preferences', json(preferences({ theme: 'dark' })));
  const { authStore } = await open();
  expect(localStorage.getItem('theme')).toBe('dark handle-1');
  answer('/api/session', signedOut);
  void authStore.load({ slide: false });
  await pass(0.5);
  expect(theme()).toBeUndefined();
});

test('another session of this browser does not get the theme', async () => {
  localStorage.setItem('theme', 'dark handle-of-before');
  answer('/api/session', json(adasSession()));
  await openPage('/session');
  await pass(0.5);
  expect(theme()).toBeUndefined();
});

test('a theme that another tab stores is shown at once', async () => {
  await open();
  localStorage.setItem('theme', 'dark handle-1');
  window.dispatchEvent(new StorageEvent('storage'));
  expect(theme()).toBe('dark');
});

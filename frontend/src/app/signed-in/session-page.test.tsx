import { screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { expect, test } from 'vitest';
import { adasProfile, adasSession, answer, json, networkFailure, providerDown } from '../../testing/backend.ts';
import { openPage } from '../../testing/open-page.tsx';

/** Fifty answers take their time on a busy machine. */
const aWhile = { timeout: 10_000 };
const inSeconds = (seconds: number) => new Date(Date.now() + seconds * 1_000).toISOString();

test('it says who is signed in, and where', async () => {
  answer('/api/session', json(adasSession()));
  await openPage('/session');
  expect(await screen.findByRole('heading', { level: 1, name: 'Your session' })).toBeVisible();
  expect(screen.getByText(/^Signed in as/)).toHaveTextContent('Signed in as Ada Lovelace (ada@acme.example) to acme.');
});

test('the timeline is there as a list too, in the order of time', async () => {
  answer('/api/session', json(adasSession()));
  await openPage('/session');
  const timeline = within(await screen.findByRole('list', { name: 'Session timeline as a list' }));
  expect(timeline.getAllByRole('listitem').map(({ textContent }) => textContent?.split(':')[0])).toEqual([
    'Signed in',
    'Access token expires',
    'Idle timeout',
    'Absolute timeout',
  ]);
});

test('fifty requests at once tell their outcome, and a refresh joins the timeline', {
  timeout: 15_000,
}, async () => {
  const refreshed = () => json(adasSession({ tokenRefreshedAt: inSeconds(0), tokenRefreshedBy: 'GET /api/profile' }))();
  answer('/api/session', json(adasSession()), refreshed);
  const requests = answer('/api/profile', json(adasProfile()));
  await openPage('/session');
  await userEvent.click(await screen.findByRole('button', { name: 'Send 50 requests' }));
  expect(await screen.findByText(/^50 of 50 answered with 200/, {}, aWhile)).toBeVisible();
  expect(requests).toHaveLength(50);
  expect(await screen.findByText(/^Tokens refreshed by GET \/api\/profile/, {}, aWhile)).toBeInTheDocument();
});

test.each([
  ['The identity provider is unavailable. No request succeeded.', providerDown],
  ['Can’t reach the server. No request succeeded.', networkFailure],
])('an experiment that fails says “%s” and ends nothing', async (words, response) => {
  answer('/api/session', json(adasSession()));
  answer('/api/profile', response);
  await openPage('/session');
  await userEvent.click(await screen.findByRole('button', { name: 'Send 50 requests' }));
  expect(await screen.findByText(words, {}, aWhile)).toBeVisible();
  expect(screen.queryByText(/answered with 200/)).not.toBeInTheDocument();
  expect(screen.getByRole('heading', { level: 1 })).toHaveTextContent('Your session');
});

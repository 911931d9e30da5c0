import { fireEvent, screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { expect, test, vi } from 'vitest';
import {
  adasProfile,
  adasSession,
  answer,
  json,
  networkFailure,
  providerDown,
  withTiming,
} from '../../testing/backend.ts';
import { openPage, pass, stopTheClock } from '../../testing/open-page.tsx';

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

test('fifty requests at once tell their outcome, and a renewal joins the timeline', {
  timeout: 15_000,
}, async () => {
  const refreshed = () => json(adasSession({ tokenRefreshedAt: inSeconds(0), tokenRefreshedBy: 'GET /api/profile' }))();
  answer('/api/session', json(adasSession()), refreshed);
  const requests = answer('/api/profile', json(adasProfile()));
  await openPage('/session');
  await userEvent.click(await screen.findByRole('button', { name: 'Send 50 requests' }));
  expect(await screen.findByText(/^The access token was still valid.*: 50 succeeded, in/, {}, aWhile)).toBeVisible();
  expect(requests).toHaveLength(50);
  expect(await screen.findByText(/^Tokens renewed by GET \/api\/profile/, {}, aWhile)).toBeInTheDocument();
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
  expect(screen.queryByText(/succeeded, in/)).not.toBeInTheDocument();
  expect(screen.getByRole('heading', { level: 1 })).toHaveTextContent('Your session');
});

test('the page opens with the numbers, then the timeline, then the experiments', async () => {
  answer('/api/session', json(adasSession()));
  await openPage('/session');
  await screen.findByRole('region', { name: 'Time left' });
  const names = screen.getAllByRole('region').map((region) => region.getAttribute('aria-label') ?? region.textContent);
  const places = [/^Time left/, /^Session timeline/, /^Try it/, /^Request log/, /^How this session works/].map(
    (start) => names.findIndex((name) => start.test(name ?? '')),
  );
  expect(places).toEqual(places.toSorted((a, b) => a - b));
  expect(places).not.toContain(-1);
});

test('fifty requests wait for the end of the token; one renews it, and the others wait', async () => {
  stopTheClock();
  answer('/api/session', json(adasSession({ accessTokenExpiresAt: inSeconds(5) })));
  const requests = answer('/api/profile', withTiming('renewed;desc="GET /api/profile"', adasProfile()));
  await openPage('/session');
  await pass(0.5);
  fireEvent.click(screen.getByRole('button', { name: 'Send 50 requests' }));
  expect(screen.getByText(/^The access token expires in/)).toHaveTextContent('5 s');
  await pass(3);
  expect(requests).toHaveLength(0);
  await pass(3);
  await vi.waitFor(async () => {
    await pass(0.1);
    expect(screen.getByText(/^1 renewed the token, 49 waited, 50 succeeded, in [\d.,]+ ms\.$/)).toBeVisible();
  }, 10_000);
  expect(requests).toHaveLength(50);
});

test('who does not want to wait sends them at once', async () => {
  answer('/api/session', json(adasSession({ accessTokenExpiresAt: inSeconds(30) })));
  const requests = answer('/api/profile', json(adasProfile()));
  await openPage('/session');
  await userEvent.click(await screen.findByRole('button', { name: 'Send 50 requests' }));
  expect(requests).toHaveLength(0);
  await userEvent.click(screen.getByRole('button', { name: 'Send them now' }));
  expect(await screen.findByText(/: 50 succeeded, in/, {}, aWhile)).toBeVisible();
});

test.each([
  ['/session', 'Issue longer tokens', '4000', ''],
  ['/session?accessTokenPadding=4000', 'Back to short tokens', '0', 'The provider issues longer tokens now'],
  ['/session?accessTokenPadding=0', 'Issue longer tokens', '4000', 'The provider issues short tokens now'],
])('longer tokens can be undone: %s offers “%s”', async (address, link, padding, words) => {
  answer('/api/session', json(adasSession()));
  const { leaveTo } = await openPage(address);
  await userEvent.click(await screen.findByRole('button', { name: link }));
  expect(leaveTo).toHaveBeenCalledExactlyOnceWith(`http://localhost:6100/__test/config?accessTokenPadding=${padding}`);
  if (words) expect(screen.getByText(new RegExp(words))).toBeVisible();
});

test('the page says how to keep the session in the other place', async () => {
  answer('/api/session', json(adasSession()));
  await openPage('/session');
  expect(await screen.findByText('SESSION_STORE=sqlite npm start')).toBeVisible();
});

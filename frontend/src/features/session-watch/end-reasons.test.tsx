import { act, cleanup, screen } from '@testing-library/react';
import { beforeEach, describe, expect, test } from 'vitest';
import { adasSession, answer, json, problem, signedOut } from '../../testing/backend.ts';
import { Stream, stubEventSource } from '../../testing/event-source.ts';
import { openPage, pass, stopTheClock } from '../../testing/open-page.tsx';

// Each reason of an end has a sentence of its own, wherever the page learns it.
const reasons = {
  idleTimeout: 'It was not used for a while: this is the idle timeout.',
  absoluteTimeout: 'It has reached the absolute timeout, at which every session ends, used or not.',
  signedOut: 'You signed out in another tab of this browser.',
  endedElsewhere: 'You ended it from another browser.',
  endedEverywhere: 'You signed out everywhere else from another browser.',
  replaced: 'You signed in on too many devices, so this one, the least recently used, was ended.',
  signedOutAtProvider: 'You were signed out at the identity provider.',
  refused: 'The identity provider refused to refresh its tokens.',
  deviceProofRequired:
    'It works only on the device where you signed in, and this browser could not prove that it is on that device.',
  deviceBindingRequired:
    'It must be bound to this device, and this browser cannot do that. Chrome on Windows or macOS can.',
};
const cases = Object.entries(reasons);
const anyOfThem =
  'You signed out in another tab or on another device, the identity provider ended it, or it timed out.';
const snakeCase = (name: string) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
const codeOf = (reason: string) => (reason.startsWith('device') ? '' : 'session_') + snakeCase(reason);
const refusal = (reason: string) => problem(401, codeOf(reason) as 'session_replaced');

const stream = () => Stream.open[0] as Stream;

beforeEach(() => {
  stopTheClock();
  return stubEventSource();
});

async function open(address: string) {
  const opened = await openPage(address);
  await pass(0.5);
  return opened;
}

test('no two reasons share a sentence', () => {
  expect(new Set(Object.values(reasons)).size).toBe(cases.length);
});

test.each([...cases, ['ended', anyOfThem], ['newToThisPage', anyOfThem]])(
  'told by the stream: %s',
  async (reason, sentence) => {
    answer('/api/session', json(adasSession()), signedOut);
    await open('/session');
    act(() => stream().onmessage({ data: JSON.stringify({ type: 'ended', reason }) }));
    await pass(0.5);
    expect(screen.getByRole('heading', { name: 'Your session has ended' })).toHaveFocus();
    expect(screen.getByText(sentence)).toBeVisible();
  },
);

describe.each(cases)('told by the code of a 401: %s', (reason, sentence) => {
  test('to an open page', async () => {
    answer('/api/session', json(adasSession()), refusal(reason), signedOut);
    const { authStore } = await open('/session');
    void authStore.load({ slide: false });
    await pass(0.5);
    expect(screen.getByText(sentence)).toBeVisible();
  });

  test.each(['/profile', '/'])('to a page that is opened then: %s', async (address) => {
    answer('/api/session', refusal(reason));
    const { leaveTo } = await open(address);
    // The page first sends some requests again: the browser may just have bound the session.
    if (reason === 'deviceProofRequired') await pass(5);
    expect(screen.getByText(sentence, { exact: false })).toBeVisible();
    expect(leaveTo).not.toHaveBeenCalled();
  });
});

test.each([
  [reasons.idleTimeout, { idleExpiresAt: 10 }],
  [reasons.absoluteTimeout, { idleExpiresAt: 10, expiresAt: 10 }],
  [anyOfThem, {}],
])('told by nobody, the page knows its timeouts: %s', async (sentence, ends) => {
  const times = Object.entries(ends).map(([name, s]) => [name, new Date(Date.now() + s * 1_000).toISOString()]);
  answer('/api/session', json(adasSession(Object.fromEntries(times))), signedOut);
  const { authStore } = await open('/session');
  await pass(12);
  void authStore.load({ slide: false });
  await pass(0.5);
  expect(screen.getByText(sentence)).toBeVisible();
});

test.each([
  ['idleTimeout', reasons.idleTimeout],
  ['absoluteTimeout', reasons.absoluteTimeout],
])('a tab says after a reload which timeout has passed, until the next sign-in: %s', async (reason, sentence) => {
  answer('/api/session', json(adasSession()), signedOut);
  await open('/session');
  act(() => stream().onmessage({ data: JSON.stringify({ type: 'ended', reason }) }));
  await pass(0.5);
  cleanup();
  await open('/profile');
  expect(screen.getByText(sentence)).toBeVisible();

  cleanup();
  answer('/api/session', json(adasSession({ handle: 'handle-9' })));
  await open('/session');
  cleanup();
  answer('/api/session', signedOut);
  await open('/');
  expect(screen.queryByText('Your session has ended.')).not.toBeInTheDocument();
});

test('the first reason stays, and a new session begins without one', async () => {
  answer('/api/session', json(adasSession()), refusal('refused'), refusal('signedOut'));
  const { authStore } = await open('/session');
  void authStore.load({ slide: false });
  await pass(0.5);
  expect(screen.getByText(reasons.refused)).toBeVisible();
  answer('/api/session', json(adasSession({ handle: 'handle-9' })), signedOut);
  void authStore.load();
  await pass(0.5);
  void authStore.load({ slide: false });
  await pass(0.5);
  expect(screen.getByText(anyOfThem)).toBeVisible();
});

import { act, fireEvent, screen, within } from '@testing-library/react';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import type { SessionEvent } from '../../lib/api/types.ts';
import { adasSession, answer, json, signedOut } from '../../testing/backend.ts';
import { Stream, stubEventSource } from '../../testing/event-source.ts';
import { openPage, pass, stopTheClock } from '../../testing/open-page.tsx';

beforeEach(() => {
  stopTheClock();
  return stubEventSource();
});

const stream = () => Stream.open[0] as Stream;
const says = (event: SessionEvent) => act(() => stream().onmessage({ data: JSON.stringify(event) }));
const searches = (requests: URL[]) => requests.map((url) => url.search);

async function openAndHear(...answers: Parameters<typeof answer> extends [unknown, ...infer A] ? A : never) {
  const requests = answer('/api/session', ...answers);
  await openPage('/session');
  await pass(0.5);
  expect(Stream.open.map(({ address }) => address)).toEqual(['/api/session/events']);
  act(() => stream().onopen());
  return requests;
}

async function userGoesTo(page: string) {
  fireEvent.click(screen.getByRole('link', { name: page }));
  await pass(0.5);
}

describe('while the server tells what happens', () => {
  test('a session that ended elsewhere is over here at once, and nobody listens', async () => {
    await openAndHear(json(adasSession()), signedOut);
    says({ type: 'ended', reason: 'ended' });
    expect(Stream.open, 'at once, or the browser would connect again').toEqual([]);
    await pass(0.5);
    expect(screen.getByRole('heading', { name: 'Your session has ended' })).toBeVisible();
  });

  test('the page does not poll; it asks when a stream breaks, and when it is back', async () => {
    const requests = await openAndHear(json(adasSession()));
    await pass(120);
    expect(searches(requests)).toEqual(['']);
    act(() => stream().onerror());
    await pass(0.5);
    act(() => stream().onopen());
    await pass(0.5);
    expect(searches(requests)).toEqual(['', '?slide=false', '?slide=false']);
  });

  test('a refresh grows the timeline, and the log names the request and the node', async () => {
    const at = new Date(Date.now() + 1_000).toISOString();
    const refreshed = adasSession({ tokenRefreshedAt: at, tokenRefreshedBy: 'GET /api/profile' });
    const requests = await openAndHear(json(adasSession()), json(refreshed));
    says({ type: 'renewed', request: 'GET /api/profile', node: 'second', at });
    await pass(0.5);
    const timeline = within(screen.getByRole('list', { name: 'Session timeline as a list' }));
    expect(timeline.getByText(/Tokens renewed by GET .api.profile/)).toBeInTheDocument();
    const log = within(screen.getByRole('list', { name: 'Requests' }));
    expect(log.getByText('Tokens renewed').closest('li')).toHaveTextContent('Request GET /api/profile · Node second');
    expect(searches(requests), 'and the page asks what has become of it').toEqual(['', '?slide=false']);
  });

  test('a tab that is hidden stops listening, and listens again when it is looked at', async () => {
    await openAndHear(json(adasSession()));
    const visibility = vi.spyOn(document, 'visibilityState', 'get').mockReturnValue('hidden');
    fireEvent(document, new Event('visibilitychange'));
    expect(Stream.open).toEqual([]);
    visibility.mockRestore();
    fireEvent(document, new Event('visibilitychange'));
    expect(Stream.open).toHaveLength(1);
  });

  test('the list of sessions is asked for again when another one begins or ends', async () => {
    const lists = answer('/api/sessions', json([]));
    await openAndHear(json(adasSession({ store: 'sqlite' })));
    await userGoesTo('Devices');
    expect(lists).toHaveLength(1);
    for (const [count, type] of [
      [2, 'otherBegan'],
      [3, 'otherEnded'],
    ] as const) {
      says({ type, handle: 'another' });
      await pass(0.5);
      expect(lists).toHaveLength(count);
    }
  });

  test('a refresh of which this browser’s cookies do not tell grows the timeline', async () => {
    await openAndHear(json(adasSession()));
    says({ type: 'renewed', request: 'GET /api/profile', node: 'second', at: new Date().toISOString() });
    await pass(0.5);
    const timeline = within(screen.getByRole('list', { name: 'Session timeline as a list' }));
    expect(timeline.getByText(/Tokens renewed by GET .api.profile/)).toBeInTheDocument();
    expect(timeline.queryByText(/Access token expires/), 'nobody has told').not.toBeInTheDocument();
  });
});

test('a refused stream is asked for again after a while; until then the page polls', async () => {
  const requests = await openAndHear(json(adasSession()));
  stream().readyState = Stream.CLOSED;
  act(() => stream().onerror());
  const refused = stream();
  await pass(29);
  expect(stream()).toBe(refused);
  await pass(2);
  expect(stream()).not.toBe(refused);
  expect(searches(requests)).toEqual(['', '?slide=false', '?slide=false']);
});

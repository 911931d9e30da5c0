import { act, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { beforeEach, expect, test } from 'vitest';
import type { SessionEvent } from '../../lib/api/types.ts';
import { adasSession, answer, json } from '../../testing/backend.ts';
import { Stream, stubEventSource } from '../../testing/event-source.ts';
import { openPage } from '../../testing/open-page.tsx';
import { withProof } from './bound-cookies.ts';

const inMinutes = (minutes: number) => new Date(Date.now() + minutes * 60_000).toISOString();
const proof = (minutes: number) => ({ at: inMinutes(minutes), until: inMinutes(minutes + 10) });
const boundSession = () => adasSession({ deviceBoundAt: inMinutes(-5), deviceProof: proof(-5) });

beforeEach(stubEventSource);

const tell = (event: SessionEvent) => act(() => Stream.open[0]?.onmessage({ data: JSON.stringify(event) }));

async function open(session = boundSession()) {
  answer('/api/session', json(session));
  await openPage('/session');
  const list = (name: string) => within(screen.getByRole('list', { name }));
  await screen.findByRole('list', { name: 'Requests' });
  return { log: list('Requests'), timeline: list('Session timeline as a list') };
}

test('an older proof, or one that is known, changes nothing', () => {
  const [first, second] = [proof(0), proof(5)];
  const known = [first, second, first, second].reduce(withProof, []);
  expect(known.map(({ from }) => from)).toEqual([first, second].map(({ at }) => Date.parse(at)));
});

test('a page that stays open for days forgets the oldest bound cookies', () => {
  const proofs = Array.from({ length: 200 }, (_, place) => proof(place));
  expect(proofs.reduce(withProof, [])).toHaveLength(50);
});

test('a bound session shows the end of its bound cookie, and each renewal', async () => {
  const { log, timeline } = await open();
  expect(timeline.getByText(/^Bound cookie ends/)).toBeInTheDocument();
  expect(screen.getByText(/^Bound cookie of .+: copies stop working at/)).toBeVisible();
  expect(log.getAllByText('Device proven, bound cookie set')).toHaveLength(1);

  const renewal = { type: 'deviceProven', ...proof(0) } as const;
  tell(renewal);
  tell(renewal);
  await waitFor(() => expect(log.getAllByText('Device proven, bound cookie set')).toHaveLength(2));
});

test('a session that is bound while the page is open shows since when', async () => {
  const { timeline } = await open(adasSession());
  const details = within(screen.getByRole('region', { name: 'Session details' }));
  expect(details.getByText('no')).toBeVisible();
  expect(screen.queryByText(/^Bound cookie/)).not.toBeInTheDocument();
  expect(screen.getByText(/^It prints 200 until the session ends/)).toBeVisible();
  tell({ type: 'deviceProven', ...proof(0) });
  expect(await details.findByText('Bound cookie ends')).toBeVisible();
  expect(details.queryByText('no')).not.toBeInTheDocument();
  expect(timeline.getByText(/^Bound cookie ends/)).toBeInTheDocument();
});

test('a refused copy of the cookies is shown as it happens', async () => {
  const user = userEvent.setup();
  const { log } = await open();
  await user.click(screen.getByRole('button', { name: 'Copy the curl command' }));
  expect(screen.getByText('Copied.')).toBeVisible();
  const command = await navigator.clipboard.readText();
  expect(command).toContain(`"Cookie: $COOKIES" '${window.location.origin}/api/session?slide=false'`);

  tell({ type: 'deviceNotProven', request: 'GET /api/session', node: 'node-2', at: inMinutes(0) });
  expect(screen.getByText(/GET \/api\/session was refused, because it did not prove this device/)).toBeVisible();
  expect(log.getByText('Request refused: no proof of this device')).toBeVisible();
  expect(log.getByText(/node-2/)).toBeVisible();
});

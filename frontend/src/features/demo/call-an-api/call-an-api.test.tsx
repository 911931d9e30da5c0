import { screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { HttpResponse } from 'msw/http';
import { expect, test } from 'vitest';
import { adasSession, answer, config, json, networkFailure, problem } from '../../../testing/backend.ts';
import { openPage } from '../../../testing/open-page.tsx';

const received = {
  method: 'GET',
  path: '/orders',
  headers: { accept: 'application/json', authorization: 'Bearer …', host: 'localhost:6101' },
  token: { iss: 'http://localhost:6100', aud: 'http://localhost:6101', sub: 'ada', exp: 1_900_000_000 },
};

async function openWithOrders() {
  answer('/api/session', json(adasSession()));
  answer('/api/config', json(config({ apis: ['orders'] })));
  await openPage('/session');
  return screen.findByRole('region', { name: 'Call an API' });
}

test('without a configured service the page offers no call', async () => {
  answer('/api/session', json(adasSession()));
  await openPage('/session');
  await screen.findByRole('region', { name: 'Try it' });
  expect(screen.queryByRole('region', { name: 'Call an API' })).not.toBeInTheDocument();
});

test('a call shows what was sent, what was sent on, and what came back', async () => {
  const response = () => HttpResponse.json({ orders: [{ id: '1', item: 'Tea' }], received });
  const requests = answer('/api/orders', response);
  const region = within(await openWithOrders());
  await userEvent.click(region.getByRole('button', { name: 'List my orders' }));
  expect(await region.findByText('The service answered with 200.')).toBeVisible();
  expect(requests).toHaveLength(1);
  const steps = region.getAllByRole('heading', { level: 3 }).map(({ textContent }) => textContent);
  expect(steps).toEqual(['This page sent', 'The backend sent on', 'What came back']);
  expect(region.getByText('Bearer …')).toBeVisible();
  expect(region.getByText('http://localhost:6101')).toBeVisible();
  expect(region.getByText(/"item": "Tea"/)).toBeVisible();
  expect(region.queryByText(/received/)).not.toBeInTheDocument();
});

test.each([
  ['A service is unavailable. You are still signed in.', problem(502, 'api_unavailable')],
  ['A service does not answer in time. You are still signed in.', problem(504, 'api_timeout')],
  ['Can’t reach the server. You are still signed in.', networkFailure],
  ['The service asks for another sign-in, or does not allow this.', problem(403, 'reauthentication_required')],
])('a call that fails says “%s” and ends nothing', async (words, response) => {
  answer('/api/orders', response);
  const region = within(await openWithOrders());
  await userEvent.click(region.getByRole('button', { name: 'List my orders' }));
  expect(await region.findByText(words)).toBeVisible();
  expect(screen.getByRole('heading', { level: 1 })).toHaveTextContent('Your session');
});

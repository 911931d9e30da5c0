import { act, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { http } from 'msw/http';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { request } from '../../lib/api/call-result.ts';
import {
  adasProfile,
  adasSession,
  adasSessions,
  answer,
  answerDelete,
  answerPayments,
  backend,
  json,
  networkFailure,
  noContent,
  problem,
  staleSignIn,
  weakSignIn,
} from '../../testing/backend.ts';
import { openPage } from '../../testing/open-page.tsx';
import { keepRequest } from './kept-request.ts';

const ada = { userId: 'user-ada', tenantId: 'tenant-acme' };
const receipt = json({ recipient: 'Grace', amount: 4_200, paidAt: new Date().toISOString() });
const payment = {
  method: 'POST',
  path: '/api/payments',
  body: '{"recipient":"Grace","amount":4200}',
  headers: { 'content-type': 'application/json' },
};

beforeEach(() => {
  answer('/api/session', json(adasSession({ store: 'sqlite' })));
  answer('/api/sessions', json(adasSessions()));
  answer('/api/profile', json(adasProfile()));
});
afterEach(() => localStorage.clear());

const click = async (name: string) => userEvent.click(await screen.findByRole('button', { name }));
const question = () => within(screen.getByRole('dialog', { name: 'Sign in again first' }));
const parametersOf = (link: HTMLElement) =>
  Object.fromEntries(new URL(link.getAttribute('href') ?? '', 'http://localhost').searchParams);

/** Presses the link as a browser that leaves the page. */
async function leave(): Promise<{ [name: string]: string }> {
  const link = await screen.findByRole('link', { name: 'Sign in again' });
  link.addEventListener('click', (event) => event.preventDefault());
  await userEvent.click(link);
  return parametersOf(link);
}

test('a call that needs a second factor leads to the provider with its values', async () => {
  answerPayments(weakSignIn);
  await openPage('/session?a=b#c');
  await click('Pay');
  expect(await screen.findByText(/needs a stronger sign-in/)).toBeVisible();
  expect(question().getByRole('heading')).toHaveFocus();
  expect(question().getByText('POST /api/payments')).toBeVisible();
  expect(sessionStorage.getItem('step-up')).toBeNull();
  expect(await leave()).toEqual({
    tenant_name: 'acme',
    login_hint: 'ada@acme.example',
    return_url: expect.stringMatching(/^\/session\?a=b&step-up=[\w-]{36}#c$/),
    acr_values: 'urn:mfa urn:hw',
  });
  expect(sessionStorage.getItem('step-up')).toContain('Grace');
});

test('a call that needs a recent sign-in asks for the password', async () => {
  answerDelete('/api/sessions', staleSignIn);
  await openPage('/sessions?end=others');
  await userEvent.click(
    within(await screen.findByRole('dialog')).getByRole('button', { name: 'Sign out everywhere else' }),
  );
  expect(await screen.findByText(/a sign-in from the last 10 min\./)).toBeVisible();
  expect(await leave()).toMatchObject({
    return_url: expect.stringMatching(/^\/sessions\?end=others&step-up=/),
    prompt: 'login',
    max_age: '600',
  });
});

test('a call that does not say what it needs asks for the password, too', async () => {
  answerPayments(problem(403, 'reauthentication_required'));
  await openPage('/session');
  await click('Pay');
  expect(await screen.findByText(/^To protect your account, this needs a new sign-in\. Afterwards/)).toBeVisible();
  expect(await leave()).toMatchObject({ prompt: 'login' });
});

test('a payment that is refused while the dialog of a read is open takes its place', async () => {
  answer('/api/profile', weakSignIn);
  answerPayments(weakSignIn);
  await openPage('/profile');
  await screen.findByRole('dialog', { name: 'Sign in again first' });
  await act(async () => void (await request(payment.path, payment)));
  expect(question().getByText('POST /api/payments')).toBeVisible();
  await act(async () => void (await request('/api/profile')));
  expect(question().getByText('POST /api/payments')).toBeVisible();
  expect((await leave())['return_url']).toMatch(/^\/profile\?step-up=/);
});

test('a request is sent again with the headers that it had', async () => {
  const sent: Headers[] = [];
  backend.use(
    http.post('*/api/payments', ({ request }) => {
      sent.push(request.headers);
      return receipt();
    }),
  );
  keepRequest('one', { ...payment, headers: { ...payment.headers, 'idempotency-key': 'k', 'if-match': '"1"' } }, ada);
  await openPage('/session?step-up=one');
  expect(await screen.findByText('Paid €42 to Grace.')).toBeVisible();
  expect(Object.fromEntries(sent[0] ?? [])).toMatchObject({
    accept: 'application/json',
    'content-type': 'application/json',
    'idempotency-key': 'k',
    'if-match': '"1"',
  });
});

test('cancelling forgets the request, and the focus returns to its button', async () => {
  const sent = answerPayments(weakSignIn);
  await openPage('/session');
  await click('Pay');
  await leave();
  await userEvent.click(question().getByRole('button', { name: 'Cancel' }));
  expect(screen.queryByRole('dialog')).not.toBeInTheDocument();
  expect(await screen.findByText('Cancelled. Nothing was paid.')).toBeVisible();
  expect(screen.getByRole('button', { name: 'Pay' })).toHaveFocus();
  expect(sessionStorage.getItem('step-up')).toBeNull();
  expect(sent).toHaveLength(1);
});

test('after the return the request is sent exactly once, with its body', async () => {
  const sent = answerPayments(receipt);
  keepRequest('one', payment, ada);
  await openPage('/session?step-up=one');
  expect(await screen.findByText('Paid €42 to Grace.')).toBeVisible();
  await openPage('/session?step-up=one');
  await screen.findAllByRole('heading', { name: 'Your session' });
  expect(sent).toEqual([{ recipient: 'Grace', amount: 4_200 }]);
});

test('nothing is sent on a page that did not come from the sign-in', async () => {
  const sent = answerPayments(receipt);
  for (const address of ['/session', '/session?step-up=other']) {
    keepRequest('one', payment, ada);
    const { tab } = await openPage(address);
    await tab.findByRole('heading', { name: 'Your session' });
    expect(sessionStorage.getItem('step-up')).toBeNull();
  }
  expect(sent).toEqual([]);
});

test('another user gets a sentence, and sends nothing', async () => {
  const sent = answerPayments(receipt);
  keepRequest('one', payment, { ...ada, userId: 'user-alan' });
  await openPage('/session?step-up=one');
  expect(await screen.findByText(/You signed in as another user/)).toBeVisible();
  expect(sent).toEqual([]);
});

test('a sign-in that took too long sends nothing', async () => {
  const sent = answerPayments(receipt);
  vi.useFakeTimers({ toFake: ['Date'] });
  keepRequest('one', payment, ada);
  vi.setSystemTime(Date.now() + 601_000);
  await openPage('/session?step-up=one');
  expect(await screen.findByText(/took more than 10 minutes/)).toBeVisible();
  expect(sent).toEqual([]);
});

test('a request that is refused again is asked about again', async () => {
  const sent = answerPayments(weakSignIn);
  keepRequest('one', payment, ada);
  await openPage('/session?step-up=one');
  await screen.findByRole('dialog', { name: 'Sign in again first' });
  expect(question().getByText('POST /api/payments')).toBeVisible();
  expect(sent).toHaveLength(1);
});

test('a request whose response is lost is not sent again', async () => {
  const sent = answerDelete('/api/sessions', networkFailure);
  keepRequest('one', { method: 'DELETE', path: '/api/sessions?scope=others', headers: {} }, ada);
  await openPage('/sessions?step-up=one');
  expect(await screen.findByText(/was sent once after the sign-in, and may not have succeeded/)).toBeVisible();
  expect(sent).toHaveLength(1);
});

test('a page that does not know the request says that it was sent', async () => {
  answerDelete('/api/sessions', noContent);
  keepRequest('one', { method: 'DELETE', path: '/api/sessions?scope=others', headers: {} }, ada);
  await openPage('/profile?step-up=one');
  expect(await screen.findByText('Done.')).toBeVisible();
  expect(screen.getByText('DELETE /api/sessions?scope=others')).toBeVisible();
});

test.each([
  ['others', '/api/sessions?scope=others', 'All your other sessions have ended.'],
  ['handle-3', '/api/sessions/handle-3', 'The session has ended.'],
])('ending %s, once confirmed, goes on by itself', async (name, path, words) => {
  const sent = [answerDelete('/api/sessions', noContent), answerDelete('/api/sessions/:handle', noContent)];
  keepRequest('one', { method: 'DELETE', path, headers: {} }, ada);
  await openPage(`/sessions?end=${name}&step-up=one`);
  await waitFor(() => expect(screen.getByText(words)).toBeVisible());
  expect(screen.queryByRole('dialog')).not.toBeInTheDocument();
  expect(sent.flat().map((url) => url.pathname + url.search)).toEqual([path]);
});

test('ending all, once confirmed, goes on with the sign-out here', async () => {
  answerDelete('/api/sessions', noContent);
  keepRequest('one', { method: 'DELETE', path: '/api/sessions?scope=others', headers: {} }, ada);
  const { leaveTo } = await openPage('/sessions?end=all&step-up=one');
  await waitFor(() => expect(leaveTo).toHaveBeenCalledExactlyOnceWith('/api/auth/logout'));
});

test('a page that may only be read after a new sign-in asks once, and keeps nothing', async () => {
  answer('/api/profile', weakSignIn);
  await openPage('/profile');
  await screen.findByRole('dialog', { name: 'Sign in again first' });
  expect(question().queryByText(/^GET /)).not.toBeInTheDocument();
  expect((await leave())['return_url']).toBe('/profile');
  expect(sessionStorage.getItem('step-up')).toBeNull();
  await userEvent.click(question().getByRole('button', { name: 'Cancel' }));
  await userEvent.click(await screen.findByRole('button', { name: /Call \/api\/profile again/ }));
  await act(async () => {});
  expect(screen.queryByRole('dialog')).not.toBeInTheDocument();
});

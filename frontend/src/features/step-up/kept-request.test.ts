import { afterEach, expect, test, vi } from 'vitest';
import { forgetRequest, keepable, keepRequest, takeRequest } from './kept-request.ts';

const ada = { userId: 'ada', tenantId: 'acme' };
const payment = {
  method: 'POST',
  path: '/api/payments',
  body: '{"amount":1}',
  headers: { 'content-type': 'application/json' },
};
const conditions = {
  'if-match': '"1"',
  'if-none-match': '*',
  'if-unmodified-since': 'Mon, 30 Nov 2026 15:00:00 GMT',
  'idempotency-key': 'k',
};

afterEach(() => {
  localStorage.clear();
  vi.unstubAllGlobals();
});

test.each<[string, string, RequestInit, unknown]>([
  [
    'a body of text, with its type',
    '/api/payments',
    { method: 'post', body: '{"amount":1}', headers: { 'Content-Type': 'application/json', Accept: 'text/html' } },
    payment,
  ],
  [
    'no body',
    '/api/sessions?scope=others',
    { method: 'DELETE' },
    { method: 'DELETE', path: '/api/sessions?scope=others', headers: {} },
  ],
  ['an empty body', '/api/a', { method: 'PUT', body: '' }, { method: 'PUT', path: '/api/a', body: '', headers: {} }],
  [
    'headers that decide what is done',
    '/api/a',
    { method: 'PUT', headers: conditions },
    { method: 'PUT', path: '/api/a', headers: conditions },
  ],
  ['another header', '/api/a', { method: 'PUT', headers: { ...conditions, 'X-Other': 'x' } }, null],
  ['a read', '/api/profile', {}, null],
  ['a read by name', '/api/profile', { method: 'head' }, null],
  ['a form', '/api/a', { method: 'POST', body: new FormData() }, null],
  ['bytes', '/api/a', { method: 'POST', body: new Uint8Array(1) }, null],
  ['the largest body', '/api/a', { method: 'POST', body: 'x'.repeat(16_384) }, expect.anything()],
  ['a larger body', '/api/a', { method: 'POST', body: 'x'.repeat(16_385) }, null],
  ['another address', 'https://elsewhere.example/api/a', { method: 'POST' }, null],
])('%s: what is kept', (_what, path, options, expected) => {
  expect(keepable(path, options)).toEqual(expected);
});

test('a kept request is taken once', async () => {
  keepRequest('one', payment, ada);
  expect(await takeRequest('one', ada)).toEqual(payment);
  expect(await takeRequest('one', ada)).toBe('none');
  expect(sessionStorage).toHaveLength(0);
});

test.each([
  ['another sign-in', 'other', ada, 'none'],
  ['another user', 'one', { userId: 'alan', tenantId: 'acme' }, 'other user'],
  ['another tenant', 'one', { userId: 'ada', tenantId: 'globex' }, 'other user'],
])('%s does not get it, and it is forgotten', async (_what, id, owner, expected) => {
  keepRequest('one', payment, ada);
  expect(await takeRequest(id, owner)).toBe(expected);
  expect(sessionStorage).toHaveLength(0);
  expect(await takeRequest('one', ada)).toBe('none');
});

test.each([
  [599, payment],
  [601, 'too late'],
  [-601, 'too late'],
])('after %s seconds', async (seconds, expected) => {
  vi.useFakeTimers({ toFake: ['Date'] });
  keepRequest('one', payment, ada);
  vi.setSystemTime(Date.now() + seconds * 1_000);
  expect(await takeRequest('one', ada)).toEqual(expected);
});

test('a duplicate of the tab has a copy, and does not send it again', async () => {
  keepRequest('one', payment, ada);
  const copy = sessionStorage.getItem('step-up') ?? '';
  expect(await takeRequest('one', ada)).toEqual(payment);
  sessionStorage.setItem('step-up', copy);
  expect(await takeRequest('one', ada)).toBe('none');
});

test('each id of the last ten minutes is remembered, and no older one', async () => {
  vi.useFakeTimers({ toFake: ['Date'] });
  for (const id of ['one', 'two']) {
    keepRequest(id, payment, ada);
    expect(await takeRequest(id, ada)).toEqual(payment);
  }
  keepRequest('one', payment, ada);
  expect(await takeRequest('one', ada)).toBe('none');
  vi.setSystemTime(Date.now() + 601_000);
  keepRequest('three', payment, ada);
  expect(await takeRequest('three', ada)).toEqual(payment);
  expect(localStorage.getItem('step-up-taken')).toContain('three');
  expect(localStorage.getItem('step-up-taken')).not.toContain('two');
});

test.each([
  ['the same action', payment.path, 'none'],
  ['another action', '/api/a', payment],
])('%s is kept anew: what a duplicate of the tab gets', async (_what, path, expected) => {
  for (const leave of [() => {}, forgetRequest]) {
    localStorage.clear();
    keepRequest('one', payment, ada);
    const copy = sessionStorage.getItem('step-up') ?? '';
    leave();
    keepRequest('two', { ...payment, path }, ada);
    sessionStorage.setItem('step-up', copy);
    expect(await takeRequest('one', ada)).toEqual(expected);
  }
});

test('a tab that gets the lock first sends it, and the other one does not', async () => {
  const request = async (_name: string, mark: () => boolean) => {
    localStorage.setItem('step-up-taken', JSON.stringify({ one: Date.now() }));
    return mark();
  };
  vi.stubGlobal('navigator', { locks: { request } });
  keepRequest('one', payment, ada);
  expect(await takeRequest('one', ada)).toBe('none');
});

test.each(['', 'no JSON', 'null', '{"one":"soon"}', '["one"]', '7'])('damaged ids (%s) are nothing', async (text) => {
  localStorage.setItem('step-up-taken', text);
  keepRequest('one', payment, ada);
  expect(await takeRequest('one', ada)).toEqual(payment);
  expect(Object.keys(JSON.parse(localStorage.getItem('step-up-taken') ?? ''))).toEqual(['one']);
});

test.each(['', 'no JSON', 'null', '{}', '[]'])('a damaged note (%s) is nothing', async (text) => {
  sessionStorage.setItem('step-up', text);
  expect(await takeRequest('one', ada)).toBe('none');
  expect(sessionStorage).toHaveLength(0);
});

test('the next sign-in keeps its own request, and what is forgotten is gone', async () => {
  keepRequest('one', payment, ada);
  keepRequest('two', { method: 'DELETE', path: '/api/a', headers: {} }, ada);
  expect(await takeRequest('two', ada)).toEqual({ method: 'DELETE', path: '/api/a', headers: {} });
  keepRequest('three', payment, ada);
  forgetRequest();
  expect(await takeRequest('three', ada)).toBe('none');
});

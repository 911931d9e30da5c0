import { afterEach, expect, test, vi } from 'vitest';
import { forgetRequest, keepable, keepRequest, takeRequest } from './kept-request.ts';

const ada = { userId: 'ada', tenantId: 'acme' };
const payment = { method: 'POST', path: '/api/payments', body: '{"amount":1}', contentType: 'application/json' };

afterEach(() => localStorage.clear());

test.each<[string, string, RequestInit, unknown]>([
  [
    'a body of text, with its type',
    '/api/payments',
    { method: 'post', body: '{"amount":1}', headers: { 'content-type': 'application/json', 'X-Other': 'x' } },
    payment,
  ],
  [
    'no body',
    '/api/sessions?scope=others',
    { method: 'DELETE' },
    { method: 'DELETE', path: '/api/sessions?scope=others' },
  ],
  ['an empty body', '/api/a', { method: 'PUT', body: '' }, { method: 'PUT', path: '/api/a', body: '' }],
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

test('a kept request is taken once', () => {
  keepRequest('one', payment, ada);
  expect(takeRequest('one', ada)).toEqual(payment);
  expect(takeRequest('one', ada)).toBe('none');
  expect(sessionStorage).toHaveLength(0);
});

test.each([
  ['another sign-in', 'other', ada, 'none'],
  ['another user', 'one', { userId: 'alan', tenantId: 'acme' }, 'other user'],
  ['another tenant', 'one', { userId: 'ada', tenantId: 'globex' }, 'other user'],
])('%s does not get it, and it is forgotten', (_what, id, owner, expected) => {
  keepRequest('one', payment, ada);
  expect(takeRequest(id, owner)).toBe(expected);
  expect(sessionStorage).toHaveLength(0);
  expect(takeRequest('one', ada)).toBe('none');
});

test.each([
  [599, payment],
  [601, 'too late'],
  [-601, 'too late'],
])('after %s seconds', (seconds, expected) => {
  vi.useFakeTimers({ toFake: ['Date'] });
  keepRequest('one', payment, ada);
  vi.setSystemTime(Date.now() + seconds * 1_000);
  expect(takeRequest('one', ada)).toEqual(expected);
});

test('a duplicate of the tab has a copy, and does not send it again', () => {
  keepRequest('one', payment, ada);
  const copy = sessionStorage.getItem('step-up') ?? '';
  expect(takeRequest('one', ada)).toEqual(payment);
  sessionStorage.setItem('step-up', copy);
  expect(takeRequest('one', ada)).toBe('none');
});

test.each(['', 'no JSON', 'null', '{}', '[]'])('a damaged note (%s) is nothing', (text) => {
  sessionStorage.setItem('step-up', text);
  expect(takeRequest('one', ada)).toBe('none');
  expect(sessionStorage).toHaveLength(0);
});

test('the next sign-in keeps its own request, and what is forgotten is gone', () => {
  keepRequest('one', payment, ada);
  keepRequest('two', { method: 'DELETE', path: '/api/a' }, ada);
  expect(takeRequest('two', ada)).toEqual({ method: 'DELETE', path: '/api/a' });
  keepRequest('three', payment, ada);
  forgetRequest();
  expect(takeRequest('three', ada)).toBe('none');
});

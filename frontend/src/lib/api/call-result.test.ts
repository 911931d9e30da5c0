import { expect, test } from 'vitest';
import { answer, html, noContent } from '../../testing/backend.ts';
import { request, resultOf, retryAfterMs } from './call-result.ts';

const now = Date.parse('2030-01-01T00:00:00Z');
const wait = (value: string) => retryAfterMs(new Headers({ 'Retry-After': value }), now);

test.each([
  ['7', 7_000],
  ['Tue, 01 Jan 2030 00:00:30 GMT', 30_000],
  ['0', 1_000],
  ['Mon, 31 Dec 2029 23:59:00 GMT', 1_000],
  ['999999999', 3_600_000],
])('Retry-After: %s means %i milliseconds', (value, expected) => {
  expect(wait(value)).toBe(expected);
});

test.each(['', 'soon', '-5x'])('Retry-After: "%s" means nothing', (value) => {
  expect(wait(value)).toBeUndefined();
});

test('without the header there is nothing to wait for', () => {
  expect(retryAfterMs(new Headers(), now)).toBeUndefined();
});

test.each([
  [401, 'unauthenticated'],
  [403, 'forbidden'],
  [404, 'unexpected'],
  [429, 'unavailable'],
  [500, 'unexpected'],
  [502, 'unavailable'],
  [503, 'unavailable'],
  [504, 'unavailable'],
])('%i counts as %s', async (status, kind) => {
  const call = Promise.resolve({ body: {}, response: new Response('{}', { status }) });
  expect((await resultOf(call, (body) => body === undefined)).kind).toBe(kind);
});

test('an HTML page of a proxy does not count as an empty response', async () => {
  answer('/api/session', html, noContent);
  const isEmpty = (body: unknown) => body === undefined;
  expect(await resultOf(request('/api/session'), isEmpty)).toEqual({ kind: 'unexpected', status: 200 });
  expect((await resultOf(request('/api/session'), isEmpty)).kind).toBe('ok');
});

test('a request whose caller gives it up is no outage: it rejects', async () => {
  answer('/api/session', noContent);
  const call = request('/api/session', { signal: AbortSignal.abort() });
  await expect(resultOf(call, (body) => body === undefined)).rejects.toThrow('abort');
});

import { screen, within } from '@testing-library/react';
import { expect, test } from 'vitest';
import { adasSession, answer, json } from '../../../testing/backend.ts';
import { openPage, pass, stopTheClock } from '../../../testing/open-page.tsx';

const numbers = () => within(screen.getByRole('region', { name: 'Time left' }));
const number = (name: string) => numbers().getByText(name, { selector: 'dt' }).nextElementSibling;

test('the page opens with numbers that move: token, idle and absolute timeout', async () => {
  stopTheClock();
  answer('/api/session', json(adasSession({ accessTokenExpiresAt: new Date(Date.now() + 3_000).toISOString() })));
  await openPage('/session');
  await pass(0.5);
  expect(number('Access token')).toHaveTextContent('0:03until it is renewed');
  expect(number('Idle timeout')).toHaveTextContent('30:00without activity');
  expect(number('Absolute timeout')).toHaveTextContent('11:59:00active or not');
  await pass(2);
  expect(number('Idle timeout')).toHaveTextContent('29:58');
  await pass(2);
  expect(number('Access token')).toHaveTextContent('expiredthe next request renews it');
});

test('they are timers, which screen readers read only when asked', async () => {
  answer('/api/session', json(adasSession()));
  await openPage('/session');
  await screen.findByRole('region', { name: 'Time left' });
  const timers = numbers().getAllByRole('timer');
  expect(timers).toHaveLength(3);
  for (const timer of timers) expect(timer.closest('[aria-live], [role=status]')).toBeNull();
});

import { render, screen } from '@testing-library/react';
import { expect, test } from 'vitest';
import { adasSession } from '../../../testing/backend.ts';
import { SessionFacts } from './session-facts.tsx';

const bound = () => screen.getByText('Bound to this device').parentElement;
const factsOf = (deviceBoundAt?: string) => adasSession(deviceBoundAt ? { deviceBoundAt } : {}).metadata.session;

test('a session that is bound to the device says since when', () => {
  const time = new Date().toISOString();
  render(<SessionFacts facts={factsOf(time)} boundCookies={[]} />);
  expect(bound()?.querySelector('time')).toHaveAttribute('datetime', time);
});

test('a session that is not bound says what it needs', () => {
  render(<SessionFacts facts={factsOf()} boundCookies={[]} />);
  expect(bound()).toHaveTextContent('no');
  expect(bound()).toHaveTextContent('needs https, and Chrome on Windows or macOS');
});

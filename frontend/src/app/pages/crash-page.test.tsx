import { screen } from '@testing-library/react';
import { expect, test, vi } from 'vitest';
import * as sessionFacts from '../../features/demo/session-inspector/session-facts.tsx';
import { adasSession, answer, json } from '../../testing/backend.ts';
import { openPage } from '../../testing/open-page.tsx';
import { expectCrash } from '../../testing/setup.ts';

test('a page that throws gives way to one that says what to do', async () => {
  vi.spyOn(sessionFacts, 'SessionFacts').mockImplementation(() => {
    throw new Error('broken');
  });
  answer('/api/session', json(adasSession()));
  await openPage('/session');
  expect(await screen.findByRole('heading', { name: 'Something went wrong' })).toHaveFocus();
  expect(screen.getByRole('button', { name: 'Reload the page' })).toBeVisible();
  expectCrash();
});

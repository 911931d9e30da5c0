import { screen } from '@testing-library/react';
import { expect, test } from 'vitest';
import { answer, config, json, signedOut } from '../../testing/backend.ts';
import { openPage } from '../../testing/open-page.tsx';

test.each([
  { signUp: true, links: ['/api/auth/login?return_url=%2Fsession&prompt=create'] },
  { signUp: false, links: [] },
])('a provider with sign-up $signUp leads to $links', async ({ signUp, links }) => {
  answer('/api/session', signedOut);
  answer('/api/config', json(config({ signUp })));
  await openPage('/');
  await screen.findByLabelText('Tenant');
  const found = screen.queryAllByRole('link', { name: 'Create account' });
  expect(found.map((link) => link.getAttribute('href'))).toEqual(links);
});

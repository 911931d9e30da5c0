import { screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { expect, test } from 'vitest';
import { adasProfile, adasSession, answer, json, signedOut } from '../testing/backend.ts';
import { openPage } from '../testing/open-page.tsx';

test('signing out goes to the logout route by navigation', async () => {
  answer('/api/session', json(adasSession()));
  const { leaveTo } = await openPage('/');
  await userEvent.click(await screen.findByRole('button', { name: 'Sign out' }));
  expect(leaveTo).toHaveBeenCalledExactlyOnceWith('/api/auth/logout');
});

test('a change of page moves the focus to its heading and renames the tab', async () => {
  answer('/api/session', json(adasSession()));
  answer('/api/profile', json(adasProfile()));
  await openPage('/');
  expect(document.title).toBe('Home · Actix Sessions');
  expect(document.body).toHaveFocus();
  await userEvent.click(await screen.findByRole('link', { name: 'Profile' }));
  const heading = await screen.findByRole('heading', { name: 'Ada Lovelace' });
  await waitFor(() => expect(heading).toHaveFocus());
  expect(document.title).toBe('Profile · Actix Sessions');
  await screen.findByText(/^200, answered at/);
});

test('the first stop of the keyboard is a link to the content', async () => {
  answer('/api/session', signedOut);
  await openPage('/');
  await userEvent.tab();
  expect(screen.getByRole('link', { name: 'Skip to content' })).toHaveFocus();
  expect(screen.getByRole('main')).toHaveAttribute('id', 'main');
});

test('an unknown address says so and leads back', async () => {
  answer('/api/session', signedOut);
  await openPage('/no/such/page');
  expect(await screen.findByRole('heading', { name: 'Page not found' })).toBeVisible();
  expect(screen.getByRole('link', { name: 'Back to home' })).toHaveAttribute('href', '/');
});

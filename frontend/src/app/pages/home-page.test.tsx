import { screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { beforeEach, expect, test } from 'vitest';
import { answer, config, json, networkFailure, signedOut } from '../../testing/backend.ts';
import { openPage } from '../../testing/open-page.tsx';

beforeEach(() => {
  answer('/api/session', signedOut);
});

test('the page opens with what is special, and the test users come before any field', async () => {
  await openPage('/');
  const card = within(await screen.findByRole('region', { name: 'Sign in' }));
  const [first, ...others] = card.getAllByRole('link');
  expect(first).toHaveTextContent('Ada Lovelace');
  const field = screen.getByLabelText('Tenant');
  for (const link of others) expect(link.compareDocumentPosition(field)).toBe(Node.DOCUMENT_POSITION_FOLLOWING);
  expect(field).not.toBeVisible();
  await userEvent.click(screen.getByText('Use another tenant'));
  expect(field).toBeVisible();
  expect(
    screen.getByText(/larger than 4\sKB in cookies.*renew their tokens once.*ended everywhere at once/),
  ).toBeVisible();
});

test('it leads to the documents and to the source', async () => {
  await openPage('/');
  const links = within(await screen.findByRole('region', { name: 'Read on' }));
  expect(links.getByText('docs/architecture.md')).toBeVisible();
  expect(links.getByText('backend/src/app.rs')).toBeVisible();
});

test('the tenant that was typed is where the sign-in goes', async () => {
  const { leaveTo } = await openPage('/');
  await userEvent.type(await screen.findByLabelText('Tenant'), ' acme{Enter}');
  expect(leaveTo).toHaveBeenCalledExactlyOnceWith('/api/auth/login?tenant_name=acme&return_url=%2Fsession');
});

test('without a tenant the sign-in starts all the same: the provider asks for it', async () => {
  const { leaveTo } = await openPage('/');
  await userEvent.click(await screen.findByRole('button', { name: 'Sign in' }));
  expect(leaveTo).toHaveBeenCalledExactlyOnceWith('/api/auth/login?return_url=%2Fsession');
});

test('a provider without tenants is not asked for one', async () => {
  answer('/api/config', json(config({ hasTenants: false, localProvider: false })));
  await openPage('/');
  const way = within(await screen.findByRole('region', { name: 'Sign in' }));
  expect(way.getByRole('link', { name: 'Sign in' })).toHaveAttribute('href', '/api/auth/login?return_url=%2Fsession');
  expect(way.queryByLabelText('Tenant')).not.toBeInTheDocument();
});

test('the default tenant is filled in', async () => {
  answer('/api/config', json(config({ defaultTenantName: 'globex' })));
  await openPage('/');
  expect(await screen.findByLabelText('Tenant')).toHaveValue('globex');
});

test.each([
  ['Ada Lovelace', 'acme', 'ada@acme.example'],
  ['Alan Turing', 'acme', 'alan@acme.example'],
  ['Grace Hopper', 'globex', 'grace@globex.example'],
])('with the local provider %s is one click away', async (name, tenant, email) => {
  await openPage('/');
  const href = (await screen.findByRole('link', { name: new RegExp(name) })).getAttribute('href') ?? '';
  expect(Object.fromEntries(new URL(href, 'http://localhost').searchParams)).toEqual({
    tenant_name: tenant,
    login_hint: email,
    return_url: '/session',
  });
});

test('with a real provider no test users are shown, but the field for the tenant', async () => {
  answer('/api/config', json(config({ localProvider: false })));
  await openPage('/');
  expect(await screen.findByLabelText('Tenant')).toBeVisible();
  expect(screen.queryByText(/test user/)).not.toBeInTheDocument();
});

test('sign-in needs no configuration: without an answer the form is there', async () => {
  answer('/api/config', networkFailure);
  await openPage('/');
  expect(await screen.findByLabelText('Tenant')).toBeVisible();
});

test('it names the store in use and the version', async () => {
  await openPage('/');
  expect(await screen.findByText('Sealed cookies in this browser')).toBeVisible();
  expect(screen.getByText('Version 1.2.3')).toBeVisible();
});

import { fireEvent, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { beforeEach, describe, expect, test } from 'vitest';
import {
  adasSession,
  adasSessions,
  answer,
  answerDelete,
  gracesSession,
  json,
  noContent,
  problem,
  signedOut,
  storeDown,
} from '../../testing/backend.ts';
import { openPage } from '../../testing/open-page.tsx';

const onServer = () => json(adasSession({ store: 'sqlite' }))();
const without = (handle: string) => json(adasSessions().filter((session) => session.handle !== handle));

const click = (name: string) => userEvent.click(screen.getByRole('button', { name }));
const dialog = () => within(screen.getByRole('dialog'));
const confirm = (name: string) => userEvent.click(dialog().getByRole('button', { name }));

const firefoxIsGone = () => waitFor(() => expect(screen.queryByText('Firefox on Windows')).not.toBeInTheDocument());

async function openSessions(address = '/sessions') {
  const opened = await openPage(address);
  await screen.findByRole('heading', { name: /Chrome on Linux/ });
  return opened;
}

beforeEach(() => {
  answer('/api/session', onServer);
  answer('/api/sessions', json(adasSessions()));
});

describe('the list', () => {
  test('names the device of each session, marks this one and puts it first', async () => {
    await openSessions();
    const rows = within(screen.getByRole('list', { name: 'Your devices' })).getAllByRole('listitem');
    expect(rows.map((row) => within(row).getByRole('heading').textContent?.trim())).toEqual([
      'Chrome on Linux This browser',
      'Firefox on Windows',
      'Safari on iPhone',
    ]);
    for (const row of rows) {
      expect(row).toHaveTextContent(/Signed in 1 h ago · last seen 1 min ago/);
      expect(within(row).getByRole('group')).toHaveTextContent(/Signed in.*Last seen.*Idle timeout.*Handle/);
    }
  });

  test('comes first: what ends several of them stands below', async () => {
    await openSessions();
    const list = screen.getByRole('list', { name: 'Your devices' });
    const several = screen.getByRole('region', { name: 'Sign out on several devices' });
    expect(list.compareDocumentPosition(several)).toBe(Node.DOCUMENT_POSITION_FOLLOWING);
  });

  test('gives handle, exact times and the browser’s own words on demand', async () => {
    await openSessions();
    const row = within(screen.getByRole('heading', { name: 'Firefox on Windows' }).closest('li') as HTMLElement);
    await userEvent.click(row.getByText('Details'));
    expect(row.getByText('handle-2')).toBeVisible();
    expect(row.getByText(/^Mozilla.*Firefox\/140\.0$/)).toBeVisible();
  });

  test('is one step from every page', async () => {
    await openPage('/');
    await userEvent.click(await screen.findByRole('link', { name: 'Devices' }));
    await waitFor(() => expect(screen.getByRole('heading', { name: 'Your devices' })).toHaveFocus());
  });

  test('of a client-side session is short, the page says why, and asks no server for it', async () => {
    answer('/api/session', json(adasSession({ store: 'cookie' })));
    const lists = answer('/api/sessions', storeDown);
    await openPage('/sessions');
    expect(await screen.findByText(/browser keeps its session itself, so the server has no list/)).toBeVisible();
    expect(screen.getAllByRole('listitem')).toHaveLength(1);
    expect(lists).toHaveLength(0);
    expect(screen.queryByRole('button', { name: /End this session/ })).not.toBeInTheDocument();
    expect(screen.getByRole('button', { name: 'Sign out everywhere else' })).toBeVisible();
  });

  test('that cannot be had just now is asked for again', async () => {
    answer('/api/sessions', storeDown);
    await openPage('/sessions');
    expect(await screen.findByText('Temporarily unavailable, retrying')).toBeVisible();
  });

  test('of somebody else is never shown: the page first learns who is signed in', async () => {
    answer('/api/session', onServer, json(gracesSession()));
    answer(
      '/api/sessions',
      json(adasSessions().map((session) => ({ ...session, handle: `${session.handle}-of-grace` }))),
    );
    await openPage('/sessions');
    expect(await screen.findByText('The account has changed.')).toBeVisible();
    expect(screen.queryByText('Firefox on Windows')).not.toBeInTheDocument();
  });
});

describe('ending one session', () => {
  test('asks first, in a dialog whose heading has the focus', async () => {
    const requests = answerDelete('/api/sessions/:handle', noContent);
    await openSessions();
    await click('End this session: Firefox on Windows');
    expect(screen.getByRole('dialog', { name: 'End this session?' })).toHaveTextContent('Firefox on Windows');
    expect(dialog().getByRole('heading')).toHaveFocus();
    await confirm('Cancel');
    expect(screen.queryByRole('dialog')).not.toBeInTheDocument();
    expect(screen.getByRole('button', { name: 'End this session: Firefox on Windows' })).toHaveFocus();
    expect(requests).toEqual([]);
  });

  test('can be given up with Escape', async () => {
    await openSessions();
    await click('End this session: Firefox on Windows');
    fireEvent(screen.getByRole('dialog'), new Event('cancel', { cancelable: true }));
    expect(screen.queryByRole('dialog')).not.toBeInTheDocument();
  });

  test.each([
    ['at once', noContent],
    ['once the row is gone', () => firefoxIsGone().then(noContent)],
  ])('takes its row away, says so, goes on with the next button: answered %s', async (_, answered) => {
    const requests = answerDelete('/api/sessions/:handle', answered);
    await openSessions();
    await click('End this session: Firefox on Windows');
    answer('/api/sessions', without('handle-2'));
    await confirm('End this session');
    // The list is asked for anew, as when the stream tells of the end.
    fireEvent(window, new Event('visibilitychange'));
    await firefoxIsGone();
    expect(requests.map((url) => url.pathname)).toEqual(['/api/sessions/handle-2']);
    await waitFor(() => expect(screen.getByRole('status')).toHaveTextContent('The session has ended.'));
    expect(screen.getByRole('button', { name: 'End this session: Safari on iPhone' })).toHaveFocus();
  });

  test('leads to the heading when there is no other', async () => {
    answer('/api/sessions', without('handle-2'));
    answerDelete('/api/sessions/:handle', noContent);
    await openSessions();
    await click('End this session: Safari on iPhone');
    answer('/api/sessions', json(adasSessions().filter(({ current }) => current)));
    await confirm('End this session');
    await waitFor(() => expect(screen.getByRole('heading', { name: 'Your devices' })).toHaveFocus());
  });

  test('that is over already counts as done', async () => {
    answerDelete('/api/sessions/:handle', problem(404, 'not_found'));
    await openSessions();
    await click('End this session: Firefox on Windows');
    await confirm('End this session');
    await waitFor(() => expect(screen.getByRole('status')).toHaveTextContent('The session has ended.'));
  });

  test('during an outage says that it did not work, and can be tried again', async () => {
    const requests = answerDelete('/api/sessions/:handle', storeDown, noContent);
    await openSessions();
    await click('End this session: Firefox on Windows');
    await confirm('End this session');
    expect(await dialog().findByRole('alert')).toHaveTextContent('is unavailable. Nothing was ended.');
    await confirm('End this session');
    await waitFor(() => expect(screen.queryByRole('dialog')).not.toBeInTheDocument());
    expect(requests).toHaveLength(2);
  });

  test('is not asked about any more when this session has ended meanwhile', async () => {
    answerDelete('/api/sessions/:handle', signedOut);
    await openSessions();
    await click('End this session: Firefox on Windows');
    answer('/api/session', signedOut);
    await confirm('End this session');
    const heading = await screen.findByRole('heading', { name: 'Your session has ended' });
    await waitFor(() => expect(heading).toHaveFocus());
    expect(screen.queryByRole('dialog')).not.toBeInTheDocument();
  });
});

describe('an address with a question', () => {
  test.each([
    ['handle-3', 'End this session?'],
    ['others', 'Sign out everywhere else?'],
    ['all', 'Sign out everywhere?'],
  ])('about %s opens it, and nothing ends by itself', async (name, question) => {
    const one = answerDelete('/api/sessions/:handle', noContent);
    const many = answerDelete('/api/sessions', noContent);
    await openSessions(`/sessions?end=${name}`);
    expect(await screen.findByRole('dialog', { name: question })).toBeVisible();
    expect([...one, ...many]).toEqual([]);
  });

  test.each(['handle-1', 'no-such-session', ''])(
    'an address that names no other session (%s) asks nothing',
    async (name) => {
      await openSessions(`/sessions?end=${name}`);
      expect(screen.queryByRole('dialog')).not.toBeInTheDocument();
    },
  );
});

describe('ending many sessions', () => {
  test('everywhere else leaves this one', async () => {
    const requests = answerDelete('/api/sessions', noContent);
    await openSessions();
    await click('Sign out everywhere else');
    answer('/api/sessions', json(adasSessions().filter(({ current }) => current)));
    await confirm('Sign out everywhere else');
    await waitFor(() => expect(screen.getAllByRole('listitem')).toHaveLength(1));
    expect(requests.map((url) => url.search)).toEqual(['?scope=others']);
    expect(screen.getByRole('status')).toHaveTextContent('All your other sessions have ended.');
    // The dialog goes with the address, a moment after the rows.
    await waitFor(() => expect(screen.getByRole('button', { name: 'Sign out everywhere else' })).toHaveFocus());
  });

  test('everywhere ends the others, and this one by the way of every sign-out', async () => {
    const requests = answerDelete('/api/sessions', noContent);
    const { leaveTo } = await openSessions();
    await click('Sign out everywhere');
    await confirm('Sign out everywhere');
    await waitFor(() => expect(leaveTo).toHaveBeenCalledExactlyOnceWith('/api/auth/logout'));
    expect(requests.map((url) => url.search)).toEqual(['?scope=others']);
    expect(sessionStorage.getItem('sign-out')).toMatch(/^handle-1 everywhere /);
  });

  test('here only goes the way of every sign-out', async () => {
    const { leaveTo } = await openSessions();
    await click('Sign out here');
    expect(leaveTo).toHaveBeenCalledExactlyOnceWith('/api/auth/logout');
  });
});

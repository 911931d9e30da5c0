import { onlineManager } from '@tanstack/react-query';
import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import {
  adasSession,
  adasSessions,
  answer,
  answerDelete,
  json,
  networkFailure,
  never,
  noContent,
} from '../../testing/backend.ts';
import { openPage } from '../../testing/open-page.tsx';

const click = (name: string) => userEvent.click(screen.getByRole('button', { name }));
const dialog = () => within(screen.getByRole('dialog'));
const confirm = (name: string) => userEvent.click(dialog().getByRole('button', { name }));
const firefoxIsGone = () => waitFor(() => expect(screen.queryByText('Firefox on Windows')).not.toBeInTheDocument());

async function openSessions() {
  const opened = await openPage('/sessions');
  await screen.findByRole('heading', { name: /Firefox on Windows/ });
  return opened;
}

beforeEach(() => {
  answer('/api/session', () => json(adasSession({ store: 'sqlite' }))());
  answer('/api/sessions', json(adasSessions()));
});

describe('ending a session', () => {
  test('offline is tried at once, fails at once and is not tried later', async () => {
    vi.spyOn(navigator, 'onLine', 'get').mockReturnValue(false);
    onlineManager.setOnline(false);
    const requests = answerDelete('/api/sessions/:handle', networkFailure, noContent);
    await openSessions();
    await click('End this session: Firefox on Windows');
    await confirm('End this session');
    expect(await dialog().findByRole('alert')).toHaveTextContent('You’re offline. Nothing was ended.');
    await confirm('Cancel');
    onlineManager.setOnline(true);
    await expect(firefoxIsGone()).rejects.toThrow();
    expect(requests).toHaveLength(1);
  });

  test('that is given up while the answer is awaited is not waited for', async () => {
    answerDelete('/api/sessions/:handle', never);
    await openSessions();
    const fetched = vi.spyOn(window, 'fetch');
    const isAborted = () => fetched.mock.calls[0]?.[1]?.signal?.aborted;
    await click('End this session: Firefox on Windows');
    await confirm('End this session');
    expect(isAborted()).toBe(false);
    await confirm('Cancel');
    expect(isAborted()).toBe(true);
    expect(screen.queryByRole('dialog')).not.toBeInTheDocument();
  });

  test('everywhere says what has ended when this one cannot be ended just now', async () => {
    const requests = answerDelete('/api/sessions', noContent);
    const { leaveTo, authStore } = await openSessions();
    await click('Sign out everywhere');
    answer('/api/session', networkFailure);
    await authStore.load();
    await confirm('Sign out everywhere');
    await waitFor(() => expect(screen.getAllByRole('status')[0]).toHaveTextContent('You are still signed in here'));
    expect(requests).toHaveLength(1);
    expect(leaveTo).not.toHaveBeenCalled();
    expect(sessionStorage).toHaveLength(0);
  });
});

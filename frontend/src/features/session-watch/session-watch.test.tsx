import { fireEvent, screen } from '@testing-library/react';
import { HttpResponse } from 'msw/http';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { adasProfile, adasSession, answer, json, networkFailure, signedOut } from '../../testing/backend.ts';
import { openPage, pass, stopTheClock } from '../../testing/open-page.tsx';

beforeEach(stopTheClock);

const after = (seconds: number) => new Date(Date.now() + seconds * 1_000).toISOString();
const warning = () => screen.queryByText('Your session ends in a minute.');
const hide = () => vi.spyOn(document, 'visibilityState', 'get').mockReturnValue('hidden');
const searches = (requests: URL[]) => requests.map((url) => url.search);

async function openHome() {
  const opened = await openPage('/');
  await pass(0.5);
  return opened;
}

describe('a session that ended elsewhere', () => {
  test('is noticed when the tab gets the focus, without counting as activity', async () => {
    const requests = answer('/api/session', json(adasSession()), signedOut);
    await openHome();
    fireEvent.focus(window);
    await pass(0.5);
    expect(screen.getByText('Your session has ended.')).toBeVisible();
    // Twice: a 401 is asked again before it is believed.
    expect(searches(requests)).toEqual(['', '?slide=false', '?slide=false']);
  });

  test('is noticed when the tab becomes visible', async () => {
    answer('/api/session', json(adasSession()), signedOut);
    await openHome();
    fireEvent(document, new Event('visibilitychange'));
    await pass(0.5);
    expect(screen.getByText('Your session has ended.')).toBeVisible();
  });

  test('is noticed within 30 s in a visible tab, and then nothing more is asked', async () => {
    const requests = answer('/api/session', json(adasSession()), json(adasSession()), signedOut);
    await openHome();
    await pass(30);
    expect(requests).toHaveLength(2);
    await pass(30);
    expect(screen.getByText('Your session has ended.')).toBeVisible();
    await pass(120);
    expect(searches(requests)).toEqual(['', '?slide=false', '?slide=false', '?slide=false']);
  });

  test('is not asked for by a hidden tab, nor by one in which nobody is signed in', async () => {
    const requests = answer('/api/session', json(adasSession()), signedOut);
    await openHome();
    const visibility = hide();
    await pass(120);
    fireEvent(document, new Event('visibilitychange'));
    await pass(0.5);
    expect(requests).toHaveLength(1);
    visibility.mockRestore();
    fireEvent(document, new Event('visibilitychange'));
    await pass(120);
    expect(requests).toHaveLength(3);
  });

  test('leaves the page where it is, inert beneath the notice, with what was typed', async () => {
    answer('/api/session', json(adasSession()), signedOut);
    answer('/api/profile', json(adasProfile()));
    await openPage('/profile?tab=1');
    await pass(0.5);
    const note = screen.getByLabelText('Note');
    fireEvent.change(note, { target: { value: 'Half a thought' } });
    fireEvent.focus(window);
    await pass(0.5);
    expect(screen.getByRole('heading', { name: 'Your session has ended' })).toHaveFocus();
    expect(screen.getByLabelText('Note')).toBe(note);
    expect(note.closest('[inert]')).not.toBeNull();
    expect(screen.getByRole('link', { name: 'Sign in' })).toHaveAttribute(
      'href',
      expect.stringContaining('return_url=%2Fprofile%3Ftab%3D1'),
    );
  });
});

test('typing counts as activity within 30 s, and only once', async () => {
  const requests = answer('/api/session', json(adasSession()));
  await openHome();
  fireEvent.keyDown(document.body, { key: 'a' });
  await pass(31);
  const activities = () => searches(requests).filter((search) => search === '').length;
  expect(activities()).toBe(2);
  await pass(60);
  expect(activities()).toBe(2);
});

describe('one minute before the idle end', () => {
  const endsIn = (seconds: number) => json(adasSession({ idleExpiresAt: after(seconds) }));

  test('it warns politely and takes no focus', async () => {
    answer('/api/session', endsIn(90));
    await openHome();
    await pass(29);
    expect(warning()).not.toBeInTheDocument();
    await pass(1);
    expect(warning()?.closest('[aria-live=polite]')).toHaveTextContent('this is the idle timeout');
    expect(screen.getByRole('timer')).toHaveTextContent('1 min 00 s');
    expect(document.body).toHaveFocus();
  });

  test('"Stay signed in" counts as activity, takes the warning away and says so', async () => {
    const requests = answer('/api/session', endsIn(50), () => endsIn(1_800)());
    await openHome();
    fireEvent.click(screen.getByRole('button', { name: 'Stay signed in' }));
    await pass(1);
    expect(searches(requests)).toEqual(['', '']);
    expect(warning()).not.toBeInTheDocument();
    expect(screen.getByText('You stay signed in.')).toBeInTheDocument();
  });

  test('the focus goes back to where it was when the warning goes', async () => {
    answer(
      '/api/session',
      endsIn(62),
      () => endsIn(62)(),
      () => endsIn(1_800)(),
    );
    await openHome();
    const link = screen.getByRole('link', { name: 'See your session' });
    link.focus();
    await pass(3);
    const stay = screen.getByRole('button', { name: 'Stay signed in' });
    stay.focus();
    fireEvent.click(stay);
    await pass(1);
    expect(link).toHaveFocus();
  });

  test('a focus that has moved on meanwhile stays where it is', async () => {
    answer(
      '/api/session',
      endsIn(62),
      () => endsIn(62)(),
      () => endsIn(1_800)(),
    );
    await openHome();
    screen.getByRole('link', { name: 'See your session' }).focus();
    await pass(3);
    expect(warning()).toBeVisible();
    const elsewhere = screen.getByRole('link', { name: 'Devices' });
    elsewhere.focus();
    await pass(30);
    expect(warning()).not.toBeInTheDocument();
    expect(elsewhere).toHaveFocus();
  });

  test('a server that cannot be reached keeps the warning, which says so', async () => {
    answer('/api/session', endsIn(50), networkFailure);
    await openHome();
    fireEvent.click(screen.getByRole('button', { name: 'Stay signed in' }));
    await pass(1);
    expect(screen.getByText(/did not work; try again/)).toBeVisible();
  });

  test('it does not warn when another tab has kept the session alive', async () => {
    const requests = answer('/api/session', endsIn(80), () => endsIn(1_800)());
    await openHome();
    await pass(40);
    expect(warning()).not.toBeInTheDocument();
    expect(searches(requests)).toEqual(['', '?slide=false', '?slide=false']);
  });

  test('when the time is over it asks, and says that the session has ended', async () => {
    answer('/api/session', endsIn(20), signedOut);
    await openHome();
    await pass(23);
    expect(screen.getByText('Your session has ended.')).toBeVisible();
    expect(warning()).not.toBeInTheDocument();
  });
});

test('before the absolute end it says so, and offers no way to stay', async () => {
  answer('/api/session', json(adasSession({ idleExpiresAt: after(50), expiresAt: after(50) })));
  await openHome();
  expect(warning()?.parentElement).toHaveTextContent('This is the absolute timeout, which cannot be extended.');
  expect(screen.queryByRole('button', { name: 'Stay signed in' })).not.toBeInTheDocument();
});

test('a clock ten minutes off changes nothing: the Date header tells the difference', async () => {
  const tenMinutes = 600;
  const body = adasSession({ idleExpiresAt: after(tenMinutes + 90) });
  answer('/api/session', () =>
    HttpResponse.json(body, { headers: { Date: new Date(after(tenMinutes)).toUTCString() } }),
  );
  await openHome();
  await pass(20);
  expect(warning()).not.toBeInTheDocument();
  await pass(12);
  expect(warning()).toBeVisible();
});

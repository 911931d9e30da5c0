import { expect, test } from 'vitest';
import { adasSession } from '../../testing/backend.ts';
import { createAuthStore, type LoadSession } from './auth-store.ts';

/** A store whose questions are answered one at a time, by hand. */
function storeWithQuestions() {
  const questions: { slide: boolean; answer: () => void }[] = [];
  const loadSession: LoadSession = ({ slide }) =>
    new Promise((resolve) => {
      questions.push({ slide, answer: () => resolve({ kind: 'ok', value: adasSession() }) });
    });
  return { store: createAuthStore(loadSession), questions };
}

test('a question while one is under way is answered with that one', async () => {
  const { store, questions } = storeWithQuestions();
  const first = store.load({ slide: false });
  const second = store.load({ slide: false });
  questions[0]?.answer();
  await Promise.all([first, second]);
  expect(questions).toHaveLength(1);
});

test('who has heard of a change asks again after the answer that is under way', async () => {
  const { store, questions } = storeWithQuestions();
  const first = store.load();
  const fresh = store.load({ slide: false, fresh: true });
  questions[0]?.answer();
  await first;
  await expect.poll(() => questions.length).toBe(2);
  questions[1]?.answer();
  await fresh;
  expect(questions.map(({ slide }) => slide)).toEqual([true, false]);
});

test('activity is never lost behind questions that do not count as activity', async () => {
  const { store, questions } = storeWithQuestions();
  void store.load({ slide: false });
  void store.load({ slide: false, fresh: true });
  const stay = store.load({ slide: true, fresh: true });
  for (const place of [0, 1, 2]) {
    await expect.poll(() => questions.length).toBe(place + 1);
    questions[place]?.answer();
  }
  await stay;
  expect(questions.map(({ slide }) => slide)).toEqual([false, false, true]);
});

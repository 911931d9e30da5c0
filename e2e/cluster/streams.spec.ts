import { once } from 'node:events';
import { request } from 'node:https';
import { expect, test } from './test.ts';

test('a stream of events passes the proxy as it comes, and ends with its session', async ({ user, cluster }) => {
  await user.signIn('ada');
  const cookie = (await user.ownCookies()).map(({ name, value }) => `${name}=${value}`).join('; ');
  const asked = request(`${cluster.url}/api/session/events`, { ca: cluster.certificate.cert, headers: { cookie } });
  const answered = once(asked, 'response');
  asked.end();
  const [answer] = await answered;
  let text = '';
  answer.setEncoding('utf8').on('data', (more: string) => {
    text += more;
  });
  const ended = once(answer, 'end');
  // The stream is open: what is here has come alone.
  await expect.poll(() => text).toContain('retry:');

  await user.signOut();

  await ended;
  expect(text).toContain('"ended"');
});

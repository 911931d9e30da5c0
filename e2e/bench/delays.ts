/** Waiting times of requests, one after the other on one connection. */
import { Agent, get } from 'node:http';
import { buffer } from 'node:stream/consumers';

/** Milliseconds of the slowest request within that time. */
export async function longestDelay(url: string, cookie: string, seconds: number): Promise<number> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const end = performance.now() + seconds * 1000;
  let longest = 0;
  while (performance.now() < end) {
    const from = performance.now();
    await answer(url, cookie, agent);
    longest = Math.max(longest, performance.now() - from);
  }
  agent.destroy();
  return longest;
}

function answer(url: string, cookie: string, agent: Agent): Promise<void> {
  return new Promise((resolve, reject) => {
    get(url, { agent, headers: { cookie } }, async (response) => {
      await buffer(response);
      if (response.statusCode === 200) resolve();
      else reject(new Error(`${url} answered ${response.statusCode}`));
    }).on('error', reject);
  });
}

import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { Agent, request } from 'node:https';
import { text } from 'node:stream/consumers';
import { setTimeout } from 'node:timers/promises';
import type { User } from '../fixtures/user.ts';
import type { Cluster } from './cluster.ts';

const AT_ONCE = 4;
const PATHS = ['/api/session', '/api/profile', '/'];
/** Answers that are enough to be sure that all visitors and all nodes were asked. */
export const MANY = 60;
/** Between two requests of the same visitor. */
const PAUSE_MS = 10;

/** Load: several programs that ask one thing after the other, and count what is answered. */
export class Visitors implements AsyncDisposable {
  readonly #cluster: Cluster;
  readonly #user: User;
  // A connection for each request: browsers repeat by themselves what meets the end of an idle one, this does not.
  readonly #agent: Agent;
  #going = false;
  #running: Promise<void>[] = [];
  readonly #answers = new Map<string, number>();
  readonly #refusals = new Set<string>();
  #refusedAt = 0;

  constructor(cluster: Cluster, user: User) {
    this.#cluster = cluster;
    this.#user = user;
    this.#agent = new Agent({ keepAlive: false, ca: cluster.certificate.cert });
  }

  async begin(): Promise<void> {
    const cookie = (await this.#user.ownCookies()).map(({ name, value }) => `${name}=${value}`).join('; ');
    this.#going = true;
    this.#refusals.clear();
    this.#refusedAt = Date.now();
    this.#running = Array.from({ length: AT_ONCE }, async (_, first) => {
      for (let index = first; this.#going; index += 1) {
        await this.#ask(PATHS[index % PATHS.length] ?? '/', cookie);
        await setTimeout(PAUSE_MS);
      }
    });
  }

  /** Waits until that many more were answered like this, such as `200`. */
  async untilAnswered(outcome: string, count = 1): Promise<void> {
    const goal = (this.#answers.get(outcome) ?? 0) + count;
    while ((this.#answers.get(outcome) ?? 0) < goal) await setTimeout(PAUSE_MS);
  }

  /** Responses other than 200, with node and reason. */
  get refusals(): string[] {
    return [...this.#refusals];
  }

  /** The time for which all responses have been 200. */
  get msWithoutRefusal(): number {
    return Date.now() - this.#refusedAt;
  }

  /** Ends, and tells the refusals. */
  async end(): Promise<string[]> {
    this.#going = false;
    await Promise.all(this.#running);
    return this.refusals;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.end();
  }

  async #ask(path: string, cookie: string): Promise<void> {
    const asked = request(this.#cluster.url + path, { agent: this.#agent, headers: { cookie } });
    asked.end();
    let status = 'no answer';
    try {
      const [answer] = (await once(asked, 'response')) as [IncomingMessage];
      const body = await text(answer);
      status = String(answer.statusCode);
      if (status !== '200') this.#refused(`${status} ${path}: ${answer.headers['server-timing']} says ${body}`);
    } catch (error) {
      this.#refused(`${status} ${path}: ${error}`);
    }
    this.#answers.set(status, (this.#answers.get(status) ?? 0) + 1);
  }

  #refused(refusal: string): void {
    this.#refusals.add(refusal);
    this.#refusedAt = Date.now();
  }
}

import { expect } from '@playwright/test';
import type { Backend } from '../fixtures/backend.ts';
import type { Person } from '../fixtures/user.ts';
import { Session } from './session.ts';

/** After it nobody may be served whose session has ended, on any node. */
const IN_FORCE_MS = 2_000;

/** What holds on all nodes together, whatever their versions. */
export class Promises {
  readonly #nodes: readonly Backend[];
  readonly #alive: Session[] = [];
  readonly #ended: Session[] = [];

  constructor(nodes: readonly Backend[]) {
    this.#nodes = nodes;
  }

  /** What was alive before is, at every node, and what had ended has. */
  async areKept(): Promise<void> {
    for (const node of this.#nodes) {
      for (const session of this.#alive) expect(await session.statusAt(node)).toBe(200);
      for (const session of this.#ended) expect(await session.copy().statusAt(node)).toBe(401);
    }
  }

  /** What begins, is renewed or ends at `one` is good, known or refused at the other. */
  async reach(one: Backend, other: Backend, person: Person): Promise<void> {
    const stays = await Session.begin('ada', other, one);
    this.#alive.push(stays);
    const session = await Session.begin(person, other, one);
    expect(await session.statusAt(other)).toBe(200);
    await isRenewed(session, one, other);
    await this.#ends([session], () => session.signOutAt(one));

    const here = await Session.begin(person, one, one);
    const there = await Session.begin(person, other, other);
    await this.#ends([here, there], () => here.signOutEverywhereAt(one));
    expect(await stays.statusAt(other)).toBe(200);
  }

  async #ends(sessions: Session[], end: () => Promise<void>): Promise<void> {
    const held = sessions.map((session) => session.copy());
    const statuses = await Promise.all(this.#atEachNode(held, (session, node) => session.copy().statusAt(node)));
    expect(new Set(statuses)).toEqual(new Set([200]));
    const streams = await Promise.all(this.#atEachNode(held, (session, node) => session.eventsAt(node)));
    await end();
    const ended = performance.now();
    await Promise.all(this.#atEachNode(held, (session, node) => isRefused(session, node, ended)));
    await Promise.all(streams.map((stream) => stream.text()));
    this.#ended.push(...held);
  }

  #atEachNode<T>(sessions: Session[], ask: (session: Session, node: Backend) => Promise<T>): Promise<T>[] {
    return sessions.flatMap((session) => this.#nodes.map((node) => ask(session, node)));
  }
}

/** The new tokens reach the other node with the new cookies, and with the old ones too. */
async function isRenewed(session: Session, one: Backend, other: Backend): Promise<void> {
  const late = session.copy();
  const before = await session.tokenExpiresAt(one);
  await expect
    .poll(async () => {
      expect(await session.statusAt(one)).toBe(200);
      return session.tokenExpiresAt(one);
    })
    .toBeGreaterThan(before);
  const renewed = await session.tokenExpiresAt(one);
  for (const held of [session, late]) {
    await expect.poll(() => held.tokenExpiresAt(other)).toBeGreaterThanOrEqual(renewed);
  }
}

/** A node that has not heard of the end yet serves the session, but no request that comes later than it may. */
async function isRefused(session: Session, node: Backend, ended: number): Promise<void> {
  for (let status = 200; status !== 401; ) {
    const asked = performance.now();
    status = await session.copy().statusAt(node);
    expect([200, 401]).toContain(status);
    if (status === 200) expect(asked - ended).toBeLessThan(IN_FORCE_MS);
  }
}

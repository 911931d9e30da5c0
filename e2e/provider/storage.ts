import { type Adapter, type AdapterPayload, errors } from 'oidc-provider';
import type { Lifetimes } from './settings.ts';

interface Entry {
  payload: AdapterPayload;
  expiresAt: number;
}

/**
 * All records of the provider in one map. The library's own memory adapter evicts live records once it holds
 * 1,000 of them, which a load test reaches at once.
 */
export class Storage {
  readonly #entries = new Map<string, Entry>();
  readonly #byGrant = new Map<string, Set<string>>();
  readonly #lifetimes: Lifetimes;
  #sweepAt = 1000;

  constructor(lifetimes: Lifetimes) {
    this.#lifetimes = lifetimes;
  }

  clear(): void {
    this.#entries.clear();
    this.#byGrant.clear();
  }

  /** Ends every token of an account, as an administrator would; its browser sessions live on. */
  revokeAccount(accountId: string): void {
    for (const { key, payload } of this.#of('Grant', accountId)) {
      this.#revokeGrant(payload.jti ?? '');
      this.#entries.delete(key);
    }
  }

  sessionsOf(accountId: string): AdapterPayload[] {
    return [...this.#of('Session', accountId)].map(({ payload }) => payload);
  }

  endSession(id: string | undefined): void {
    this.#entries.delete(`Session:${id}`);
  }

  /** What the library talks to: one adapter for each kind of record. */
  adapter = (model: string): Adapter => ({
    upsert: async (id, payload, expiresIn) => this.#write(`${model}:${id}`, payload, expiresIn),
    find: async (id) => this.#withGrace(model, this.#read(`${model}:${id}`)),
    findByUid: async (uid) => [...this.#all(model)].find(({ payload }) => payload.uid === uid)?.payload,
    findByUserCode: async () => undefined, // the device flow is off
    consume: async (id) => this.#consume(model, this.#read(`${model}:${id}`)),
    destroy: async (id) => void this.#entries.delete(`${model}:${id}`),
    revokeByGrantId: async (grantId) => this.#revokeGrant(grantId),
  });

  #write(key: string, payload: AdapterPayload, expiresIn = Number.POSITIVE_INFINITY): void {
    if (this.#entries.size >= this.#sweepAt) this.#sweep();
    this.#entries.set(key, { payload, expiresAt: Date.now() + expiresIn * 1000 });
    if (!payload.grantId) return;
    const members = this.#byGrant.get(payload.grantId) ?? new Set();
    this.#byGrant.set(payload.grantId, members.add(key));
  }

  #read(key: string): AdapterPayload | undefined {
    const entry = this.#entries.get(key);
    if (entry && entry.expiresAt > Date.now()) return entry.payload;
    this.#entries.delete(key);
    return undefined;
  }

  /** Within the grace time a rotated refresh token looks as if it had never been used. */
  #withGrace(model: string, payload: AdapterPayload | undefined): AdapterPayload | undefined {
    if (model !== 'RefreshToken' || !payload?.consumed) return payload;
    const age = Date.now() - payload.consumed;
    return age < this.#lifetimes.rotationGrace * 1000 ? { ...payload, consumed: undefined } : payload;
  }

  /**
   * The library looks at `consumed` and consumes only later; a second request that slipped in between is
   * reuse too, and costs the whole family like any other.
   */
  #consume(model: string, payload: AdapterPayload | undefined): void {
    if (!payload || this.#withGrace(model, payload)?.consumed) {
      this.#revokeGrant(payload?.grantId ?? '');
      throw new errors.InvalidGrant(`${model} already used`);
    }
    payload.consumed ??= Date.now();
  }

  #revokeGrant(grantId: string): void {
    for (const key of this.#byGrant.get(grantId) ?? []) this.#entries.delete(key);
    this.#byGrant.delete(grantId);
  }

  *#all(model: string): Generator<{ key: string; payload: AdapterPayload }> {
    for (const key of this.#entries.keys()) {
      const payload = key.startsWith(`${model}:`) ? this.#read(key) : undefined;
      if (payload) yield { key, payload };
    }
  }

  *#of(model: string, accountId: string): Generator<{ key: string; payload: AdapterPayload }> {
    for (const entry of this.#all(model)) if (entry.payload.accountId === accountId) yield entry;
  }

  #sweep(): void {
    for (const key of this.#entries.keys()) this.#read(key);
    for (const [grantId, members] of this.#byGrant) {
      if (![...members].some((key) => this.#entries.has(key))) this.#byGrant.delete(grantId);
    }
    this.#sweepAt = 1000 + 2 * this.#entries.size;
  }
}

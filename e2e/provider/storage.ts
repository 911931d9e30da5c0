import { type Adapter, type AdapterPayload, errors } from 'oidc-provider';
import type { Settings } from './settings.ts';

/** All records in one map. (The library's memory adapter evicts live records once there are 1,000 of them.) */
export class Storage {
  readonly #entries = new Map<string, { model: string; payload: AdapterPayload; expiresAt: number }>();
  readonly #keysOfGrant = new Map<string, Set<string>>();
  readonly #lifetimes: Settings['lifetimes'];
  #sweepAt = 1000;

  constructor(lifetimes: Settings['lifetimes']) {
    this.#lifetimes = lifetimes;
  }

  clear(): void {
    this.#entries.clear();
    this.#keysOfGrant.clear();
  }

  /** The live sessions or grants of an account. */
  recordsOf(model: 'Session' | 'Grant', accountId: string): AdapterPayload[] {
    return this.#all(model).filter((payload) => payload.accountId === accountId);
  }

  /** What the library talks to: one adapter for each kind of record. */
  adapter = (model: string): Adapter => ({
    upsert: async (id, payload, expiresIn) => this.#write(model, `${model}:${id}`, payload, expiresIn),
    find: async (id) => this.#withGrace(this.#read(`${model}:${id}`)),
    findByUid: async (uid) => this.#all(model).find((payload) => payload.uid === uid),
    findByUserCode: async () => undefined, // only the device flow has these
    consume: async (id) => this.#consume(this.#read(`${model}:${id}`)),
    destroy: async (id) => void this.#entries.delete(`${model}:${id}`),
    revokeByGrantId: async (grantId) => this.#revokeGrant(grantId),
  });

  #all(model: string): AdapterPayload[] {
    const live = [...this.#entries.values()].filter((entry) => entry.model === model && entry.expiresAt > Date.now());
    return live.map(({ payload }) => payload);
  }

  #read(key: string): AdapterPayload | undefined {
    const entry = this.#entries.get(key);
    return entry && entry.expiresAt > Date.now() ? entry.payload : undefined;
  }

  #write(model: string, key: string, payload: AdapterPayload, expiresIn = Number.POSITIVE_INFINITY): void {
    if (this.#entries.size >= this.#sweepAt) this.#sweep();
    this.#entries.set(key, { model, payload, expiresAt: Date.now() + expiresIn * 1000 });
    const { grantId } = payload;
    if (grantId) this.#keysOfGrant.set(grantId, (this.#keysOfGrant.get(grantId) ?? new Set()).add(key));
  }

  #sweep(): void {
    for (const [key, { expiresAt }] of this.#entries) if (expiresAt <= Date.now()) this.#entries.delete(key);
    for (const id of this.#keysOfGrant.keys()) if (!this.#entries.has(`Grant:${id}`)) this.#keysOfGrant.delete(id);
    this.#sweepAt = 1000 + 2 * this.#entries.size;
  }

  /** Within the grace time a rotated refresh token looks as if it had never been used. */
  #withGrace(payload: AdapterPayload | undefined): AdapterPayload | undefined {
    const rotated = payload?.kind === 'RefreshToken' && payload.consumed;
    const inGrace = rotated && Date.now() - payload.consumed < this.#lifetimes.rotationGrace * 1000;
    return inGrace ? { ...payload, consumed: undefined } : payload;
  }

  /** The library checks `consumed` and consumes later; a request that slips in between is reuse like any other. */
  #consume(payload: AdapterPayload | undefined): void {
    if (!payload || this.#withGrace(payload)?.consumed) {
      this.#revokeGrant(payload?.grantId ?? '');
      throw new errors.InvalidGrant('already used');
    }
    payload.consumed ??= Date.now();
  }

  #revokeGrant(grantId: string): void {
    for (const key of this.#keysOfGrant.get(grantId) ?? []) this.#entries.delete(key);
    this.#keysOfGrant.delete(grantId);
  }
}

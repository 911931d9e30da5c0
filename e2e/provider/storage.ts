import type { Adapter, AdapterPayload } from 'oidc-provider';
import type { Settings } from './settings.ts';

/** All records in one map. (The library's memory adapter evicts live records once there are 1,000 of them.) */
export class Storage {
  readonly #entries = new Map<string, { model: string; payload: AdapterPayload; expiresAt: number }>();
  readonly #lifetimes: Settings['lifetimes'];
  #sweepAt = 1000;

  constructor(lifetimes: Settings['lifetimes']) {
    this.#lifetimes = lifetimes;
  }

  clear(): void {
    this.#entries.clear();
  }

  /** The records of this kind, of everybody or of one account. */
  recordsOf(model: 'Session' | 'Grant' | 'AuthorizationCode', accountId?: string): AdapterPayload[] {
    return this.#all(model).filter((payload) => !accountId || payload.accountId === accountId);
  }

  /** What the library talks to: one adapter for each kind of record. */
  adapter = (model: string): Adapter => ({
    upsert: async (id, payload, expiresIn) => this.#write(model, `${model}:${id}`, payload, expiresIn),
    find: async (id) => this.#withGrace(this.#entries.get(`${model}:${id}`)?.payload),
    findByUid: async (uid) => this.#all(model).find((payload) => payload.uid === uid),
    findByUserCode: async () => undefined, // only the device flow has these
    consume: async (id) => {
      const payload = this.#entries.get(`${model}:${id}`)?.payload;
      if (payload) payload.consumed ??= Date.now(); // the grace time begins with the first use
    },
    destroy: async (id) => void this.#entries.delete(`${model}:${id}`),
    // The library refuses every token whose grant is gone, so there is no need to look for them.
    revokeByGrantId: async (grantId) => void this.#entries.delete(`Grant:${grantId}`),
  });

  #all(wanted: string): AdapterPayload[] {
    return [...this.#entries.values()].flatMap(({ model, payload }) => (model === wanted ? [payload] : []));
  }

  #write(model: string, key: string, payload: AdapterPayload, expiresIn = Number.POSITIVE_INFINITY): void {
    if (this.#entries.size >= this.#sweepAt) this.#sweep();
    this.#entries.set(key, { model, payload, expiresAt: Date.now() + expiresIn * 1000 });
  }

  /** Only frees memory: whether a record has expired is looked at by the library. */
  #sweep(): void {
    for (const [key, { expiresAt }] of this.#entries) if (expiresAt <= Date.now()) this.#entries.delete(key);
    this.#sweepAt = 1000 + 2 * this.#entries.size;
  }

  /** Within the grace time a rotated refresh token looks as if it had never been used. */
  #withGrace(payload: AdapterPayload | undefined): AdapterPayload | undefined {
    const rotated = payload?.kind === 'RefreshToken' && payload.consumed;
    const inGrace = rotated && Date.now() - payload.consumed < this.#lifetimes.rotationGrace * 1000;
    return inGrace ? { ...payload, consumed: undefined } : payload;
  }
}

import { join } from 'node:path';
import type { Adapter, AdapterPayload } from 'oidc-provider';
import { type Entries, Journal } from './journal.ts';
import type { Settings } from './settings.ts';

const HOUR_MS = 3600_000;

/** All records in one map, and on disk. (The library's memory adapter evicts live records once there are 1,000.) */
export class Storage {
  readonly #entries: Entries;
  readonly #journal: Journal;
  readonly #lifetimes: Settings['lifetimes'];
  #changesLeft = 0;

  constructor({ dataDir, port, lifetimes }: Settings) {
    // One file for each port: only one process can listen on it, so no two write to the same file.
    this.#journal = new Journal(join(dataDir, `records-${port}.jsonl`));
    this.#entries = this.#journal.read();
    this.#lifetimes = lifetimes;
    this.#compact();
  }

  clear(): void {
    this.#entries.clear();
    this.#compact();
  }

  /** The records of this kind, of everybody or of one account. */
  recordsOf(model: 'Session' | 'Grant' | 'AuthorizationCode', accountId?: string): AdapterPayload[] {
    return this.#all(model).filter((payload) => !accountId || payload.accountId === accountId);
  }

  /** The library's adapters, one for each kind of record. */
  adapter = (model: string): Adapter => ({
    // Every kind of record that is stored here has a lifetime.
    upsert: async (id, payload, expiresIn = 0) => {
      this.#entries.set(`${model}:${id}`, { model, payload, expiresAt: Date.now() + expiresIn * 1000 });
      this.#keep(`${model}:${id}`);
    },
    find: async (id) => this.#withGrace(this.#entries.get(`${model}:${id}`)?.payload),
    findByUid: async (uid) => this.#all(model).find((payload) => payload.uid === uid),
    findByUserCode: async () => undefined, // only the device flow has these
    consume: async (id) => {
      const entry = this.#entries.get(`${model}:${id}`);
      if (!entry) return;
      entry.payload.consumed ??= Date.now(); // the grace time begins with the first use
      entry.expiresAt = Math.min(entry.expiresAt, Date.now() + 24 * HOUR_MS); // long enough to notice a second use
      this.#keep(`${model}:${id}`);
    },
    destroy: async (id) => this.#delete(`${model}:${id}`),
    // The library refuses every token whose grant is gone, so there is no need to look for them.
    revokeByGrantId: async (grantId) => this.#delete(`Grant:${grantId}`),
  });

  #all(wanted: string): AdapterPayload[] {
    return [...this.#entries.values()].flatMap(({ model, payload }) => (model === wanted ? [payload] : []));
  }

  #delete(key: string): void {
    if (this.#entries.delete(key)) this.#keep(key);
  }

  /** Writes the record as it is now; once the file has grown to three times what is needed, all of them. */
  #keep(key: string): void {
    this.#journal.append(key, this.#entries.get(key));
    if (--this.#changesLeft <= 0) this.#compact();
  }

  /** Removes records of no use any more. Expiry itself is checked by the library. */
  #compact(): void {
    const entries = this.#entries;
    const isGone = (grantId: string | undefined) => grantId && !entries.has(`Grant:${grantId}`);
    for (const [key, { payload, expiresAt }] of entries) {
      if (expiresAt <= Date.now() || isGone(payload.grantId)) entries.delete(key);
    }
    const inUse = new Set([...entries.values()].map(({ payload }) => payload.grantId));
    // A new grant gets its first token when the authorization code is redeemed.
    const isUnused = ({ jti, iat = 0 }: AdapterPayload) => !inUse.has(jti) && iat * 1000 < Date.now() - HOUR_MS;
    for (const grant of this.recordsOf('Grant').filter(isUnused)) entries.delete(`Grant:${grant.jti}`);
    this.#journal.rewrite(entries);
    this.#changesLeft = 1000 + 2 * entries.size;
  }

  /** Within the grace time a rotated refresh token looks as if it had never been used. */
  #withGrace(payload: AdapterPayload | undefined): AdapterPayload | undefined {
    const rotated = payload?.kind === 'RefreshToken' && payload.consumed;
    const inGrace = rotated && Date.now() - payload.consumed < this.#lifetimes.rotationGrace * 1000;
    return inGrace ? { ...payload, consumed: undefined } : payload;
  }
}

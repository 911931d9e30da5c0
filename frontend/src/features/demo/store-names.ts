import type { SessionStoreKind } from '../../lib/api/types.ts';

export const storeNames: Record<SessionStoreKind, string> = {
  cookie: 'Sealed cookies in this browser',
  sqlite: 'An SQLite file on the server',
  redis: 'Redis, shared by all servers',
};

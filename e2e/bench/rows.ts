/** The rows of the table, one for each server that is measured. */

/** The stores of the backend. */
export const STORES = ['cookie', 'sqlite', 'redis'] as const;
export type Store = (typeof STORES)[number];

export interface Row {
  /** Its name in table and chart. */
  name: string;
  kind: 'bare' | 'ceiling' | 'ours' | 'stock';
  /** The store whose answer it gives, and whose bare handler it is compared with. */
  store: Store;
}

/** In the order of the table; the first of each store is its bare handler. */
export const ROWS: readonly Row[] = [
  { name: 'bare handler (`cookie`)', kind: 'bare', store: 'cookie' },
  { name: '`SESSION_STORE=cookie`', kind: 'ours', store: 'cookie' },
  { name: 'actix-session, `CookieSessionStore`', kind: 'stock', store: 'cookie' },
  { name: 'bare handler (`sqlite`)', kind: 'bare', store: 'sqlite' },
  { name: 'ceiling', kind: 'ceiling', store: 'sqlite' },
  { name: '`SESSION_STORE=sqlite`', kind: 'ours', store: 'sqlite' },
  { name: 'bare handler (`redis`)', kind: 'bare', store: 'redis' },
  { name: '`SESSION_STORE=redis`', kind: 'ours', store: 'redis' },
  { name: 'actix-session, `RedisSessionStore`', kind: 'stock', store: 'redis' },
];

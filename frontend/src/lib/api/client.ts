import { request } from './call-result.ts';
import type { paths } from './schema.d.ts';

type Method = 'get' | 'post' | 'put' | 'delete';

/** Paths of the HTTP contract that have this method, with the parameters filled in. */
type Path<M extends Method> = {
  [P in keyof paths]: paths[P] extends Record<M, object> ? Filled<P> | `${Filled<P>}?${string}` : never;
}[keyof paths];

type Filled<P extends string> = P extends `${infer Start}{${string}` ? `${Start}${string}` : P;

/** Options of a request with a JSON body. */
export function jsonBody(body: unknown) {
  return { body: JSON.stringify(body), headers: { Accept: 'application/json', 'Content-Type': 'application/json' } };
}

/** Sends a request that the HTTP contract (`schema.d.ts`) describes. */
export function call<M extends Method>(method: M, path: Path<M>, options?: Omit<RequestInit, 'method'>) {
  return request(path, { ...options, method: method.toUpperCase() });
}

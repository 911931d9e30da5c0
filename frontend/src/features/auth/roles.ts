import type { Session } from './session.ts';

/** True if the user has the role of this name. */
export function hasRole({ metadata }: Session, role: string): boolean | undefined {
  return metadata.roles?.some(({ name }) => name === role);
}

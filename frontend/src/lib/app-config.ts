import { createContext, useContext } from 'react';
import { answerOf, hasStrings, request } from './api/answer.ts';
import type { AppConfig } from './api/types.ts';

/** What the pages know of the server before anybody signs in; `undefined` until it has answered. */
export const AppConfigContext = createContext<Partial<AppConfig> | undefined>(undefined);

export function useAppConfig(): Partial<AppConfig> | undefined {
  return useContext(AppConfigContext);
}

/**
 * Without an answer the pages do without: nothing here is needed to sign in. Asked without the client library, which
 * only the pages of signed-in users load.
 */
export async function loadAppConfig(): Promise<Partial<AppConfig>> {
  const answer = await answerOf(request('/api/config'), isAppConfig);
  return answer.kind === 'ok' ? answer.value : {};
}

function isAppConfig(body: unknown): body is AppConfig {
  return hasStrings(body, 'sessionStore', 'version');
}

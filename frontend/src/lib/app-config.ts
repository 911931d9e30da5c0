import { createContext, useContext } from 'react';
import { hasStrings, request, resultOf } from './api/call-result.ts';
import type { AppConfig } from './api/types.ts';

/** Public configuration of the server; `undefined` while it loads. */
export const AppConfigContext = createContext<Partial<AppConfig> | undefined>(undefined);

export function useAppConfig(): Partial<AppConfig> | undefined {
  return useContext(AppConfigContext);
}

/** Loads the configuration; empty if the server does not respond, since signing in does not need it. */
export async function loadAppConfig(): Promise<Partial<AppConfig>> {
  const result = await resultOf(request('/api/config'), isAppConfig);
  return result.kind === 'ok' ? result.value : {};
}

function isAppConfig(body: unknown): body is AppConfig {
  return hasStrings(body, 'sessionStore', 'version');
}

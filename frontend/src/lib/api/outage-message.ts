const words: Record<string, string> = {
  offline: 'You’re offline.',
  identity_provider_unavailable: 'The identity provider is unavailable.',
  session_store_unavailable: 'The session store is unavailable.',
  api_unavailable: 'A service is unavailable.',
  api_timeout: 'A service does not answer in time.',
  rate_limited: 'Too many requests.',
  unexpected: 'The server returned an unexpected response.',
};

/** Describes an outage. `problem`: see `Failure`. */
export function outageMessage(problem: string | undefined): string {
  return words[problem ?? 'network'] ?? 'Can’t reach the server.';
}

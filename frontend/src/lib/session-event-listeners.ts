import { createContext } from 'react';
import type { SessionEvent } from './api/types.ts';

export type SessionEventListener = (event: SessionEvent) => void;

/** Listeners that `SessionWatch` calls with each event of the session. */
export const SessionEventListeners = createContext<Set<SessionEventListener> | null>(null);

import type { components } from './schema.d.ts';

type Schemas = components['schemas'];

export type AppConfig = Schemas['AppConfig'];
export type DeviceProof = Schemas['DeviceProof'];
export type LoginErrorReason = Schemas['LoginErrorReason'];
export type NodeCounts = Schemas['NodeCounts'];
export type Preferences = Schemas['Preferences'];
export type Payment = Schemas['Payment'];
export type Problem = Schemas['Problem'];
export type ProfileResponse = Schemas['ProfileResponse'];
export type Receipt = Schemas['Receipt'];
export type Role = Schemas['Role'];
export type SessionEvent = Schemas['SessionEvent'];
export type SessionFacts = Schemas['SessionFacts'];
export type SessionResponse = Schemas['SessionResponse'];
export type SessionStoreKind = Schemas['SessionStoreKind'];
export type SessionSummary = Schemas['SessionSummary'];

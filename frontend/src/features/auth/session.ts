/**
 * Response of `GET /api/session`. An application with more fields declares them:
 *
 *     declare module './features/auth/session.ts' {
 *       interface Register { session: MySession }
 *     }
 */
export type Session = (Register extends { session: infer S extends MinimalSession } ? S : unknown) & MinimalSession;

/** Fields that the auth context itself reads. */
export interface MinimalSession {
  userId: string;
  tenantId: string;
  metadata: {
    roles?: { name: string }[];
    session: {
      /** Identifies the session, without giving access to it. */
      handle: string;
      /** RFC 3339. */
      idleExpiresAt: string;
      expiresAt: string;
      /** Start of an outage of the identity provider, which cannot confirm the session since. */
      unverifiedSince?: string | null;
    };
  };
}

// biome-ignore lint/suspicious/noEmptyInterface: the application extends it
export interface Register {}

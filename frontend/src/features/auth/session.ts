/**
 * What `GET /api/session` tells of the signed-in user. An application whose answer says more declares so:
 *
 *     declare module './features/auth/session.ts' {
 *       interface Register { session: MySession }
 *     }
 */
export type Session = Register extends { session: infer S extends MinimalSession } ? S : MinimalSession;

/** What the auth context itself reads of it. */
export interface MinimalSession {
  userId: string;
  tenantId: string;
  metadata: {
    session: {
      /** Names the session without giving access to it. */
      handle: string;
      /** RFC 3339. */
      idleExpiresAt: string;
      expiresAt: string;
    };
  };
}

// biome-ignore lint/suspicious/noEmptyInterface: the application fills it
export interface Register {}

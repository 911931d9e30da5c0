import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { json } from 'node:stream/consumers';
import { createRemoteJWKSet, type JWTPayload, jwtVerify } from 'jose';

interface OrdersOptions {
  port: number;
  /** Whose access tokens it accepts. */
  issuer: string;
  /** Its own name in them (RFC 8707), by default its address. */
  audience?: string | undefined;
}
type Order = { id: string; item: string };
type Call = { request: IncomingMessage; user: string; path: string };
type Answer = { status: number; body: object };

/** A resource server, the example of an API behind the backend: each user has a list of orders, in memory. */
export async function startOrders({ port, issuer, audience = `http://localhost:${port}` }: OrdersOptions) {
  const keys = createRemoteJWKSet(new URL('/api/v1/oauth2/jwks', issuer));
  const expected = { issuer, audience, typ: 'at+JWT', algorithms: ['RS256'], requiredClaims: ['sub', 'exp'] };
  const orders = new Map<string, Order[]>();

  /** The claims of the request's token, if signature, issuer, audience, type and expiry are right (RFC 9068 section 4). */
  async function verified({ headers }: IncomingMessage): Promise<JWTPayload | undefined> {
    const [scheme, token = ''] = (headers.authorization ?? '').split(' ');
    if (scheme?.toLowerCase() !== 'bearer') return undefined;
    return (await jwtVerify(token, keys, expected).catch(() => undefined))?.payload;
  }

  const routes: { [route: string]: (call: Call) => Promise<Answer> } = {
    'GET /orders': async ({ user }) => ({ status: 200, body: { orders: orders.get(user) ?? [] } }),
    'POST /orders': async ({ request, user }) => {
      const { item } = ((await json(request).catch(() => undefined)) ?? {}) as { item?: unknown };
      if (typeof item !== 'string' || !item || item.length > 100) return { status: 400, body: { error: 'no item' } };
      const own = orders.get(user) ?? [];
      const order = { id: String(Number(own.at(-1)?.id ?? 0) + 1), item };
      orders.set(user, [...own, order].slice(-20));
      return { status: 201, body: { order } };
    },
    'PUT /orders/attachments': async ({ request }) => {
      const hash = createHash('sha256');
      let bytes = 0;
      for await (const part of request) {
        hash.update(part);
        bytes += part.length;
      }
      return { status: 200, body: { bytes, sha256: hash.digest('hex') } };
    },
  };

  async function answer(request: IncomingMessage, response: ServerResponse) {
    const path = request.url ?? '';
    const claims = await verified(request);
    if (!claims) {
      const challenge = request.headers.authorization ? 'Bearer error="invalid_token"' : 'Bearer';
      return send(response, { status: 401, body: {} }, { 'www-authenticate': challenge });
    }
    const route = routes[`${request.method} ${path.replace(/(?<=attachments)\/[\w.-]+$/, '')}`];
    if (!route) return send(response, { status: 404, body: { error: 'nothing here' } });
    const { status, body } = await route({ request, user: String(claims.sub), path });
    // For the page that shows what the backend has sent. Never the token.
    const received = { method: request.method, path, headers: withoutToken(request), token: shown(claims) };
    return send(response, { status, body: { ...body, received } });
  }

  const server = createServer((request, response) => void answer(request, response).catch(() => response.destroy()));
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return { close: () => server.close().closeAllConnections() };
}

function send(response: ServerResponse, { status, body }: Answer, headers = {}) {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
}

function withoutToken({ headers }: IncomingMessage) {
  return { ...headers, authorization: 'Bearer …' };
}

function shown({ iss, aud, sub, exp }: JWTPayload) {
  return { iss, aud, sub, exp };
}

import { type CallResult, resultOf } from '../../../lib/api/call-result.ts';
import { call, jsonBody } from '../../../lib/api/client.ts';

type Order = { id: string; item: string };

/** Response of the local provider's orders (`e2e/local-provider/orders.ts`). */
export type OrdersResponse = {
  orders?: Order[];
  order?: Order;
  /** The request as the service got it, without the access token. */
  received: {
    method: string;
    path: string;
    headers: Record<string, string>;
    /** Claims of the verified access token; `exp` in seconds since 1970. */
    token: { iss: string; aud: string; sub: string; exp: number };
  };
};

/** An answer, and what the page knows of its own request. */
export type Answer = { sent: string; status: number | undefined; result: CallResult<OrdersResponse> };

export const listOrders = () => send('get', {});

export const placeOrder = (item: string) => send('post', jsonBody({ item }));

async function send(method: 'get' | 'post', options: RequestInit): Promise<Answer> {
  let status: number | undefined;
  const called = call(method, '/api/orders', options).then((answer) => {
    status = answer.response.status;
    return answer;
  });
  const result = await resultOf(called, isOrdersResponse);
  return { sent: `${method.toUpperCase()} /api/orders`, status, result };
}

function isOrdersResponse(body: unknown): body is OrdersResponse {
  return typeof body === 'object' && body !== null && 'received' in body;
}

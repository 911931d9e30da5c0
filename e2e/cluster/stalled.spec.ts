import { once } from 'node:events';
import { connect } from 'node:tls';
import { expect, test } from './test.ts';

/** `client_header_timeout`, and what a busy machine takes on top; less than the minute that nginx gives by itself. */
const LONGER_THAN_ITS_TIME_MS = 45_000;

test.use({ expectedFailures: [] });

test('a header that stalls is cut off on a connection that was used before', async ({ cluster }) => {
  const { port } = new URL(cluster.url);
  const connection = connect({ port: Number(port), servername: 'localhost', ca: cluster.certificate.cert });
  connection.setEncoding('utf8');
  const request = `GET /api/config HTTP/1.1\r\nhost: localhost:${port}\r\n`;

  connection.write(`${request}\r\n`);
  const [answer] = await once(connection, 'data');
  expect(answer).toMatch(/^HTTP\/1\.1 200 /);
  // The first line of a header, and nothing more.
  connection.resume().write(request);

  await once(connection, 'close', { signal: AbortSignal.timeout(LONGER_THAN_ITS_TIME_MS) });
});

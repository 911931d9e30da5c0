import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { request } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { makeCertificate } from '../fixtures/certificate.ts';

export interface HttpsFront {
  url: string;
  /** For clients outside this process; in this process the certificate is trusted already. */
  certificateFile: string;
  /** Everything goes to this http URL, with X-Forwarded-Proto and X-Forwarded-Host. */
  forwardTo(url: string): void;
  close(): Promise<void>;
}

/** Wristband's SDKs speak https only: a reverse proxy with a certificate that is thrown away afterwards. */
export async function startHttpsFront(): Promise<HttpsFront> {
  const directory = await mkdtemp(join(tmpdir(), 'https-front-'));
  const { cert, key, certificateFile } = await makeCertificate(directory);
  setDefaultCACertificates([...getCACertificates('default'), cert]);

  let target = new URL('http://localhost');
  const server = createServer({ cert, key }, (incoming, outgoing) => {
    const forwarded = { 'x-forwarded-proto': 'https', 'x-forwarded-host': incoming.headers.host };
    const headers = { ...incoming.headers, ...forwarded, host: target.host };
    const upstream = request(new URL(incoming.url ?? '/', target), { method: incoming.method, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    });
    upstream.on('error', () => outgoing.destroy());
    incoming.pipe(upstream);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');

  return {
    url: `https://localhost:${(server.address() as AddressInfo).port}`,
    certificateFile,
    forwardTo: (url) => {
      target = new URL(url);
    },
    close: async () => {
      server.close().closeAllConnections();
      await rm(directory, { recursive: true });
    },
  };
}

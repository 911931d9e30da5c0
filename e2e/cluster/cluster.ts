import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { Backend, type Store } from '../fixtures/backend.ts';
import { type Certificate, makeCertificate } from '../fixtures/certificate.ts';
import { Nginx } from '../fixtures/nginx.ts';
import { freePorts } from '../fixtures/process.ts';
import { Provider } from '../fixtures/provider.ts';
import type { Redis } from '../fixtures/redis.ts';
import { RedisCluster } from '../fixtures/redis-cluster.ts';

const NODES = 3;

interface Options {
  port: number;
  providerPort: number;
  store: Store;
  /** The program of the nodes, when it is not the version that is tested. */
  binary?: string | undefined;
  /** The services that the nodes share; started and ended with them. */
  redis: Redis | RedisCluster;
  /** Further settings of the nodes, as environment variables. */
  settings?: Record<string, string>;
  /** The certificate of nginx, if a browser has to know it before. */
  certificate?: Certificate;
  /** The folder of all files. */
  folder: string;
}

interface Changed {
  binary?: string | undefined;
  settings?: Record<string, string>;
}

/** nginx with TLS before three backends on one Redis, or on a Redis Cluster, and the local provider. */
export class Cluster {
  readonly url: string;
  readonly certificate: Certificate;
  readonly provider: Provider;
  readonly redis: Redis | RedisCluster;
  readonly nodes: Backend[];
  readonly nginx: Nginx;
  readonly #node: (index: number, changed: Changed) => Backend;

  static async start(options: Options): Promise<Cluster> {
    const names = ['provider', 'nginx', ...Array.from({ length: NODES }, (_, index) => `node-${index + 1}`)];
    await Promise.all(names.map((name) => mkdir(path.join(options.folder, name))));
    const certificate = options.certificate ?? (await makeCertificate(options.folder));
    const cluster = new Cluster(options, certificate, await freePorts(NODES));
    try {
      await Promise.all([cluster.provider.start(), cluster.redis.start()]);
      await Promise.all(cluster.nodes.map((node) => node.start()));
      await cluster.nginx.start();
    } catch (error) {
      await cluster.stop();
      throw error;
    }
    return cluster;
  }

  private constructor(
    { port, providerPort, store, binary, redis, settings, folder }: Options,
    certificate: Certificate,
    nodePorts: number[],
  ) {
    const place = (name: string) => path.join(folder, name);
    this.url = `https://localhost:${port}`;
    this.certificate = certificate;
    this.provider = new Provider({ port: providerPort, appUrl: this.url, dataDir: place('provider') });
    this.redis = redis;
    this.#node = (index, changed) =>
      new Backend({
        binary: changed.binary,
        port: nodePorts[index] as number,
        publicUrl: this.url,
        providerPort,
        dataDir: place(`node-${index + 1}`),
        settings: {
          SESSION_STORE: store,
          REDIS_URL: redis.url,
          SESSION_SECRETS: 'the secret that all nodes of this cluster share',
          TRUSTED_PROXIES: '127.0.0.1',
          NODE_NAME: `node-${index + 1}`,
          // The default: here Redis dies.
          STORE_TIMEOUT: '900ms',
          ...settings,
          ...changed.settings,
        },
      });
    this.nodes = nodePorts.map((_, index) => this.#node(index, { binary }));
    this.nginx = new Nginx({ port, nodes: nodePorts, certificate, dataDir: place('nginx') });
  }

  /** The programs by the names that a person reads. */
  get parts(): [string, Nginx | Backend | Redis | Provider][] {
    const { nginx, nodes, redis, provider } = this;
    const servers: [string, Redis][] =
      redis instanceof RedisCluster ? numbered('redis', redis.servers) : [['redis', redis]];
    return [['nginx', nginx], ...numbered('node', nodes), ...servers, ['provider', provider]];
  }

  /** Stops and starts one node after the other, as a deployment does. */
  async restartEachNode(): Promise<void> {
    for (const node of this.nodes) {
      await node.stop('SIGTERM');
      await node.start();
    }
  }

  /** Starts a node anew with another version or other settings. */
  async replaceNode(index: number, changed: Changed): Promise<void> {
    await this.nodes[index]?.stop('SIGTERM');
    this.nodes[index] = this.#node(index, changed);
    await this.nodes[index].start();
  }

  async stop(): Promise<void> {
    for (const part of [this.nginx, ...this.nodes, this.redis, this.provider]) await part.stop();
  }
}

function numbered<Part>(name: string, parts: Part[]): [string, Part][] {
  return parts.map((part, index) => [`${name}-${index + 1}`, part]);
}

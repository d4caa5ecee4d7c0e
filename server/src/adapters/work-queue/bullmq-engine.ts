import {
  type BackendFactory,
  type ConnectionOptions,
  createPostgresBackend,
  createRedisBackend,
  type Job,
  type JobsOptions,
  type JobType,
  type Processor,
  type WorkerOptions,
  withBackend,
} from 'bullmq';
import { Redis } from 'ioredis';
import { Client } from 'pg';
import { messageOf } from '../../base/message-of.ts';
import { findAddressSecrets, redactSecrets } from '../../base/redact-secrets.ts';
import type { QueueAddress } from './queue-address.ts';

/** What we use of BullMQ's classes, whatever the engine. */
export interface BullObject {
  /** Rejects if the first attempt to connect to PostgreSQL fails. The object then stays unusable. */
  waitUntilReady(): Promise<unknown>;
  close(): Promise<void>;
}
export interface BullQueue extends BullObject {
  add(name: string, data: string, options: JobsOptions): Promise<unknown>;
  remove(id: string): Promise<number>;
  getJob(id: string): Promise<Pick<Job<string>, 'data' | 'updateData'> | undefined>;
  getJobs(types: JobType[]): Promise<readonly (Pick<Job<string>, 'id' | 'data'> | undefined)[]>;
  getJobState(id: string): Promise<string>;
  getJobCountByTypes(...types: JobType[]): Promise<number>;
}
export interface BullEvents extends BullObject {
  on(event: 'waiting', listener: () => void): unknown;
}
export interface BullWorker extends BullObject {
  pause(doesNotWait: boolean): Promise<unknown>;
  resume(): void;
}

/** Creates BullMQ's objects on one engine. They share connections where they can. */
export interface BullEngine {
  queue(name: string): BullQueue;
  events(name: string): BullEvents;
  worker(name: string, processor: Processor<string>, options: Partial<WorkerOptions>): BullWorker;
  /** Returns why the engine cannot be reached now; undefined if it can, or if that is not known yet. */
  problem(): string | undefined;
  /** Notes that the engine answered. */
  noteContact(): void;
  /** Ends the connections at once. */
  disconnect(): Promise<void>;
}

/** Prefix of keys in Redis, schema in PostgreSQL. */
const NAMESPACE = 'goldfish';
/** Longest wait between two attempts to connect, ms. */
const MAX_RETRY_MS = 2000;
/** How long an attempt to connect may take, ms. */
const CONNECT_MS = 10_000;
/** Events kept per queue. They hold no payload. */
const MAX_EVENTS = 1000;
/** Most connections of an object to PostgreSQL. */
const MAX_POOL = 2;

/**
 * Connects once and closes again. Rejects with what is wrong: an engine that retries for ever would hide a wrong
 * password.
 */
export async function checkBullConnection({ engine, url, label }: QueueAddress): Promise<void> {
  try {
    await (engine === 'redis' ? checkRedis(url) : checkPostgres(url));
  } catch (error) {
    const reason = redactSecrets(messageOf(error), findAddressSecrets(url));
    throw new Error(`Cannot use the queue at ${label}: ${reason}. Check the address, user and password.`);
  }
}

async function checkRedis(url: string): Promise<void> {
  const redis = new Redis(url, { lazyConnect: true, connectTimeout: CONNECT_MS, retryStrategy: () => null });
  // The errors also reject the calls.
  let problem: Error | undefined;
  redis.on('error', (error: Error) => (problem ??= error));
  try {
    await redis.connect();
    await redis.ping();
  } catch (error) {
    throw problem ?? error;
  } finally {
    redis.disconnect();
  }
}

async function checkPostgres(url: string): Promise<void> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: CONNECT_MS });
  try {
    await client.connect();
    await client.query('SELECT 1');
  } finally {
    await client.end();
  }
}

export function openBullEngine({ engine, url }: QueueAddress): BullEngine {
  return engine === 'redis' ? openRedis(url) : openPostgres(url);
}

function openRedis(url: string): BullEngine {
  let problem: string | undefined;
  // Workers of BullMQ duplicate this connection for their blocking calls, with its options.
  const redis = new Redis(url, {
    maxRetriesPerRequest: null,
    connectTimeout: CONNECT_MS,
    retryStrategy: (attempt) => Math.min(MAX_RETRY_MS, attempt * 100),
  });
  redis.on('error', (error: Error) => (problem = error.message));
  redis.on('close', () => (problem ??= 'the connection was closed'));
  redis.on('ready', () => (problem = undefined));
  return {
    ...createObjects(redis, createRedisBackend, (error) => (problem ??= error.message)),
    problem: () => problem,
    noteContact: () => (problem = undefined),
    disconnect: async () => redis.disconnect(),
  };
}

function openPostgres(url: string): BullEngine {
  let problem: string | undefined;
  // Each object has a pool of its own with a connection or two, made by BullMQ, which also creates the tables.
  const connection = {
    connectionString: url,
    schema: NAMESPACE,
    migrate: true,
    max: MAX_POOL,
    connectionTimeoutMillis: CONNECT_MS,
  };
  const factory = createPostgresBackend as unknown as BackendFactory;
  return {
    ...createObjects(connection, factory, (error) => (problem = error.message)),
    problem: () => problem,
    noteContact: () => (problem = undefined),
    disconnect: async () => undefined,
  };
}

function createObjects(
  connection: ConnectionOptions,
  factory: BackendFactory,
  onError: (error: Error) => void,
): Pick<BullEngine, 'queue' | 'events' | 'worker'> {
  const base = { connection, prefix: NAMESPACE };
  const engine = withBackend(factory);
  // An `error` event that nobody listens to would end the process.
  const watch = <T extends { on(event: 'error', listener: (error: Error) => void): unknown }>(
    object: T,
  ): T => {
    object.on('error', onError);
    return object;
  };
  return {
    queue: (name) =>
      watch(new engine.Queue<string>(name, { ...base, streams: { events: { maxLen: MAX_EVENTS } } })),
    // From the first event that is kept. Otherwise those before the first look would be missed, and on PostgreSQL those
    // between two looks without an event.
    events: (name) => watch(new engine.QueueEvents(name, { ...base, lastEventId: '0' })),
    worker: (name, processor, options) =>
      watch(new engine.Worker<string>(name, processor, { ...base, ...options })),
  };
}

import { z } from 'zod';
import type { Message } from './message.ts';
import { STAGES, WORKER_ROLES } from './names.ts';

const workerState = z
  .object({
    id: z.string().describe('Changes with each start of the worker.'),
    host: z.string().describe('Name of its machine.'),
    version: z.string().describe('Build of Goldfish.'),
    state: z
      .enum(['working', 'idle', 'draining', 'silent'])
      .describe('`silent`: no sign of life for a while; its work is given to others when it counts as lost.'),
    roles: z.array(
      z.object({
        role: z.enum(WORKER_ROLES),
        width: z.number().describe('Tasks at a time.'),
        paused: z.string().optional().describe('Why the worker takes no tasks of this role now.'),
      }),
    ),
    running: z.array(
      z.object({
        stage: z.enum(STAGES),
        uri: z.string(),
        share: z.number().describe('Completed share, 0..1.'),
      }),
    ),
    done: z.number().describe('Tasks completed since its start.'),
    refused: z.number().describe('Tasks that ended with a failure of the media since its start.'),
    mediaPace: z
      .number()
      .describe('Seconds of video described per second, averaged over the last ten minutes.'),
    load: z.number().describe('Load average of its machine per processor, over one minute.'),
    errors: z.array(z.string()).describe('The latest errors, newest first.'),
  })
  .describe('A worker on another host, or on this one.');
export type WorkerState = Message<typeof workerState>;

export const workersResult = z.object({
  queue: z.string().describe('Address of the queue without its password; empty if none is set.'),
  problem: z.string().optional().describe('Why the queue cannot be used now.'),
  workers: z.array(workerState),
});
export type WorkersResult = Message<typeof workersResult>;

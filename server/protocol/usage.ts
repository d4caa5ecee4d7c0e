import { z } from 'zod';
import type { Message } from './message.ts';

export const usageResult = z.object({
  processorMs: z
    .int()
    .describe('Processor time of the daemon and of the processes that it started, ms, since its start.'),
  acceleratorMs: z
    .int()
    .describe('Time that its models worked on a GPU or another accelerator, ms, since its start.'),
});
export type UsageResult = Message<typeof usageResult>;

import { z } from 'zod';
import type { Message } from './message.ts';

export const pageResult = z
  .object({
    url: z
      .string()
      .describe(
        'Ends in a slash. Append `#v=<encoded URI>&t=<seconds>` to open a video at a time, `#q=<question>` to ask.',
      ),
  })
  .describe(
    'Where the page is served: on loopback, under a token that each daemon creates. Anyone with the URL can read the library.',
  );
export type PageResult = Message<typeof pageResult>;

import { z } from 'zod';
import type { Message } from './message.ts';

export const pageResult = z
  .object({
    url: z
      .string()
      .describe(
        'Ends in a slash. Append `#v=<encoded URI>&t=<seconds>` to open a video at a time, `#q=<question>` to ask.',
      ),
    bookmark: z
      .string()
      .optional()
      .describe(
        'The same page without the token: for bookmarks and links in notes. A browser can open it once it has opened `url`, ' +
          'which leaves a cookie.',
      ),
  })
  .extend({
    network: z
      .string()
      .optional()
      .describe(
        'The same page for phones and tablets in this network, which can read and change nothing. Present if the setting ' +
          '`page.network` allows it and this machine is in a network.',
      ),
  })
  .describe(
    'Where the page is served: on loopback, under a token. Port and token stay the same when the daemon restarts. Anyone ' +
      'with the URL can read the library.',
  );
export type PageResult = Message<typeof pageResult>;

import type { Method } from '../../protocol/methods.ts';
import { goldfishError } from './errors.ts';

/** What a client on another device may ask. Whatever is not listed could change something or show what is not in the index. */
const READ_ONLY_METHODS: ReadonlySet<string> = new Set<Method>([
  'goldfish/folders/list',
  'goldfish/status',
  'goldfish/search',
  'goldfish/ask',
  'goldfish/digest',
  'goldfish/clip',
  'goldfish/video',
  'goldfish/videos',
  'goldfish/heat',
  'goldfish/playback',
  'goldfish/export',
  'goldfish/reel',
  'goldfish/subtitles',
  'goldfish/chapters',
  'goldfish/corrections/list',
]);

/** Throws if a read-only client may not send a request. An export as text is allowed, one into a file is not. */
export function checkReadOnly(method: string, params: unknown): void {
  const writesFile = typeof params === 'object' && params !== null && 'file' in params;
  if (READ_ONLY_METHODS.has(method) && !writesFile) return;
  throw goldfishError(
    'invalid',
    'This device may read, but change nothing.',
    'Do this on the computer that runs Goldfish.',
  );
}

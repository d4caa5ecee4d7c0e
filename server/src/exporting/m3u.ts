import { momentTitle, toPlainText } from './plain-text.ts';
import type { ExportSelection } from './selection.ts';

/** Writes a playlist in UTF-8. VLC plays the ranges; other players play whole files. */
export function writeM3u({ title, moments }: ExportSelection): string {
  const items = moments.map((moment) =>
    [
      `#EXTINF:${Math.ceil((moment.endMs - moment.startMs) / 1000)},${momentTitle(moment)}`,
      `#EXTVLCOPT:start-time=${moment.startMs / 1000}`,
      `#EXTVLCOPT:stop-time=${moment.endMs / 1000}`,
      moment.source.uri,
    ].join('\n'),
  );
  return `#EXTM3U\n#PLAYLIST:${toPlainText(title)}\n${items.join('\n')}\n`;
}

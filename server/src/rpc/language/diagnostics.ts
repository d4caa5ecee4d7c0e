import type { Diagnostic } from 'vscode-languageserver-protocol';
import type { Library } from '../../library.ts';
import { clock } from '../../linking/hoverText.ts';
import { mediaLinks } from './mediaLinks.ts';

/** DiagnosticSeverity.Warning. */
const WARNING = 2;

/** Links to times that their video does not have. */
export function diagnosticsOf(
  text: string,
  document: string,
  library: Pick<Library, 'holds' | 'videos'>,
): readonly Diagnostic[] {
  return mediaLinks(text, document, library).flatMap((link) => {
    const durationMs = library.videos({ uri: link.uri, limit: 1 }).videos[0]?.durationMs ?? 0;
    // Not measured yet, or nothing is known of its length.
    if (durationMs === 0 || link.startMs < durationMs) return [];
    return [
      {
        range: link.range,
        severity: WARNING,
        source: 'goldfish',
        code: 'pastTheEnd',
        message: `The video ends at ${clock(durationMs)}, before ${clock(link.startMs)}.`,
      },
    ];
  });
}

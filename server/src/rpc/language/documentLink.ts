import type { DocumentLink } from 'vscode-languageserver-protocol';
import { z } from 'zod';
import { clock } from '../../linking/hoverText.ts';
import { type Feature, textDocument } from './feature.ts';
import { mediaLinks } from './mediaLinks.ts';

const params = z.object({ textDocument });

export const documentLink: Feature<z.infer<typeof params>> = {
  method: 'textDocument/documentLink',
  params,
  async handle({ textDocument: { uri } }, { documents }, { library }): Promise<DocumentLink[]> {
    const text = documents.get(uri)?.text ?? '';
    return mediaLinks(text, uri, library).map((link) => {
      const until = link.endMs === undefined ? '' : `,${link.endMs / 1000}`;
      const time = link.timed ? `#t=${link.startMs / 1000}${until}` : '';
      return {
        range: link.range,
        target: `${link.uri}${time}`,
        tooltip: `Play at ${clock(link.startMs)}`,
      };
    });
  },
};

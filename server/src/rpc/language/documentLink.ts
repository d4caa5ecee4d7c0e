import type { DocumentLink } from 'vscode-languageserver-protocol';
import { z } from 'zod';
import { clock } from '../../linking/hoverText.ts';
import { asTime } from '../../linking/openLink.ts';
import { type Feature, textDocument } from './feature.ts';
import { mediaLinks } from './mediaLinks.ts';

const params = z.object({ textDocument });

export const documentLink: Feature<z.infer<typeof params>> = {
  method: 'textDocument/documentLink',
  params,
  async handle({ textDocument: { uri } }, { documents, signal }, { library }): Promise<DocumentLink[]> {
    const document = documents.get(uri);
    if (document === undefined) return [];
    const links = await mediaLinks(document, library, signal);
    return links.map((link) => {
      const time = link.timed ? asTime(link.startMs, link.endMs, 'bare') : '';
      return {
        range: link.range,
        target: `${link.uri}${time}`,
        tooltip: `Play at ${clock(link.startMs)}`,
      };
    });
  },
};

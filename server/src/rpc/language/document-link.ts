import type { DocumentLink } from 'vscode-languageserver-protocol';
import { z } from 'zod';
import { formatTime } from '../../core/domain/format-time.ts';
import { formatLinkTime } from '../../linking/open-link.ts';
import type { Feature } from './feature.ts';
import { findMediaLinks } from './media-links.ts';
import { textDocumentSchema } from './schemas.ts';

const paramsSchema = z.object({ textDocument: textDocumentSchema });

export const documentLink: Feature<z.infer<typeof paramsSchema>> = {
  method: 'textDocument/documentLink',
  params: paramsSchema,
  async handle({ textDocument: { uri } }, { documents, signal }, { library }): Promise<DocumentLink[]> {
    const document = documents.get(uri);
    if (document === undefined) return [];
    const links = await findMediaLinks(document, library, signal);
    return links.map((link) => {
      const time = link.hasTime ? formatLinkTime(link.startMs, link.endMs, 'bare') : '';
      return {
        range: link.range,
        target: `${link.uri}${time}`,
        tooltip: `Play at ${formatTime(link.startMs)}`,
      };
    });
  },
};

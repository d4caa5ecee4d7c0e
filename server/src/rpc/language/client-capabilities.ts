import type { TextEdit, WorkspaceEdit } from 'vscode-languageserver-protocol';
import { z } from 'zod';
import type { OpenDocument } from './documents.ts';

/** What of LSP an editor says it can do, as far as we ask. */
export interface EditorCapabilities {
  /** Its hovers show pictures. */
  readonly imageHovers: boolean;
  /** It takes `workspace/applyEdit`. */
  readonly applyEdit: boolean;
  /** Its edits name the version of the document that they are for. */
  readonly versionedEdits: boolean;
}

/** Parsers of Markdown that show pictures in the editors which name them. */
const IMAGE_PARSERS = /^(marked|markdown-it)$/i;

const capabilitiesSchema = z.object({
  workspace: z
    .object({
      applyEdit: z.boolean().optional(),
      workspaceEdit: z.object({ documentChanges: z.boolean().optional() }).optional(),
    })
    .optional()
    .catch(undefined),
  general: z
    .object({
      markdown: z
        .object({ parser: z.string().optional(), allowedTags: z.array(z.string()).optional() })
        .optional(),
    })
    .optional()
    .catch(undefined),
});

/** Reads ClientCapabilities; what is missing or broken counts as no. */
export function parseCapabilities(capabilities: unknown): EditorCapabilities {
  const { workspace, general } = capabilitiesSchema.safeParse(capabilities).data ?? {};
  const { parser = '', allowedTags = [] } = general?.markdown ?? {};
  return {
    imageHovers: IMAGE_PARSERS.test(parser) || allowedTags.includes('img'),
    applyEdit: workspace?.applyEdit === true,
    versionedEdits: workspace?.workspaceEdit?.documentChanges === true,
  };
}

/** Edits of one document, held to the version they were made for where the editor can. */
export function createWorkspaceEdit(
  { uri, version }: Pick<OpenDocument, 'uri' | 'version'>,
  edits: readonly TextEdit[],
  { versionedEdits }: EditorCapabilities,
): WorkspaceEdit {
  if (!versionedEdits) return { changes: { [uri]: [...edits] } };
  return { documentChanges: [{ textDocument: { uri, version }, edits: [...edits] }] };
}

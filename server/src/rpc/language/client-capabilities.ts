import type { TextEdit, WorkspaceEdit } from 'vscode-languageserver-protocol';
import { z } from 'zod';
import type { OpenDocument } from './documents.ts';

/** Lists the LSP capabilities of an editor that the server uses. */
export interface EditorCapabilities {
  /** True if hovers show images. */
  readonly imageHovers: boolean;
  /** True if the editor supports `workspace/applyEdit`. */
  readonly applyEdit: boolean;
  /** True if edits can name the document version that they apply to. */
  readonly versionedEdits: boolean;
}

/** Matches the Markdown parsers that show images in the editors that declare them. */
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

/** Parses ClientCapabilities. Missing or invalid members count as false. */
export function parseCapabilities(capabilities: unknown): EditorCapabilities {
  const { workspace, general } = capabilitiesSchema.safeParse(capabilities).data ?? {};
  const { parser = '', allowedTags = [] } = general?.markdown ?? {};
  return {
    imageHovers: IMAGE_PARSERS.test(parser) || allowedTags.includes('img'),
    applyEdit: workspace?.applyEdit === true,
    versionedEdits: workspace?.workspaceEdit?.documentChanges === true,
  };
}

/** Creates the edits of one document. They name the document version if the editor supports that. */
export function createWorkspaceEdit(
  { uri, version }: Pick<OpenDocument, 'uri' | 'version'>,
  edits: readonly TextEdit[],
  { versionedEdits }: EditorCapabilities,
): WorkspaceEdit {
  if (!versionedEdits) return { changes: { [uri]: [...edits] } };
  return { documentChanges: [{ textDocument: { uri, version }, edits: [...edits] }] };
}

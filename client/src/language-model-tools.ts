import { z } from 'zod';
import {
  type AgentTool,
  browseVideoTool,
  inspectFramesTool,
  searchClipsTool,
} from '../../server/protocol/tools.ts';

interface VscodeTool {
  /** The name of the tool for VS Code and for models. */
  readonly id: string;
  /** The name that the user types after `#`. */
  readonly reference: string;
  readonly tool: AgentTool;
}

/** Converts a name: `search_clips` -> `searchClips`. */
const toCamelCase = (name: string) => name.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());

/** Lists the tools for models in VS Code. The model writes the answer itself, so it needs no `ask_videos`. */
export const VSCODE_TOOLS: readonly VscodeTool[] = [searchClipsTool, inspectFramesTool, browseVideoTool].map(
  (tool) => ({ id: `goldfish_${tool.name}`, reference: toCamelCase(tool.name), tool }),
);

/** Returns the JSON Schema of a tool's input for the extension's manifest. */
export function toInputSchema({ input }: AgentTool): object {
  const { $schema: _, ...schema } = z.toJSONSchema(input, { target: 'draft-7', io: 'input' });
  return schema;
}

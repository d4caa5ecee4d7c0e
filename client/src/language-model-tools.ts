import { z } from 'zod';
import {
  type AgentTool,
  browseVideoTool,
  inspectFramesTool,
  searchClipsTool,
} from '../../server/protocol/tools.ts';

interface VscodeTool {
  /** Name of the tool for VS Code and for models. */
  readonly id: string;
  /** How a person refers to it, after `#`. */
  readonly reference: string;
  readonly tool: AgentTool;
}

/** `search_clips` -> `searchClips` */
const camelCase = (name: string) => name.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());

/** The tools that the extension offers to models in VS Code. The model answers itself, so it needs no `ask_videos`. */
export const VSCODE_TOOLS: readonly VscodeTool[] = [searchClipsTool, inspectFramesTool, browseVideoTool].map(
  (tool) => ({ id: `goldfish_${tool.name}`, reference: camelCase(tool.name), tool }),
);

/** Returns the JSON Schema of a tool's input, as the extension's manifest holds it. */
export function toInputSchema({ input }: AgentTool): object {
  const { $schema: _, ...schema } = z.toJSONSchema(input, { target: 'draft-7', io: 'input' });
  return schema;
}

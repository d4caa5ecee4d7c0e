import type { InitializeResult } from 'vscode-languageserver-protocol';
import { z } from 'zod';
import type { ClientOptions, Identity } from '../../protocol/base.ts';
import { capabilities } from './language/features.ts';

const clientOptionsSchema: z.ZodType<ClientOptions> = z.object({
  protocol: z.int().min(0),
  build: z.string().min(1).max(200),
  answers: z.boolean().optional(),
});

/** What we read of LSP's InitializeParams; the rest may be anything. */
export const initializeParamsSchema = z.object({
  processId: z.int().nullish(),
  capabilities: z.unknown(),
  clientInfo: z.object({ name: z.string(), version: z.string().optional() }).nullish(),
  initializationOptions: z.object({ goldfish: clientOptionsSchema.optional() }).nullish().catch(null),
});

export type GoldfishInitializeResult = InitializeResult & {
  readonly serverInfo: { readonly name: string; readonly version: string; readonly goldfish: Identity };
};

/** Capabilities are those of LSP that are served; `goldfish/*` needs none. */
export function initializeResult(identity: Identity): GoldfishInitializeResult {
  return { capabilities, serverInfo: { name: 'goldfish', version: identity.build, goldfish: identity } };
}

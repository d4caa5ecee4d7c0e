import type { InitializeResult } from 'vscode-languageserver-protocol';
import { z } from 'zod';
import type { ClientOptions, Identity } from '../../protocol/base.ts';
import { capabilities } from './language/features.ts';

const clientOptionsSchema: z.ZodType<ClientOptions> = z.object({
  protocol: z.int().min(0),
  build: z.string().min(1).max(200),
  answers: z.boolean().optional(),
  stops: z.boolean().optional(),
});

/** Describes the members of LSP's InitializeParams that the daemon reads. Other members are ignored. */
export const initializeParamsSchema = z.object({
  processId: z.int().nullish(),
  capabilities: z.unknown().optional(),
  clientInfo: z.object({ name: z.string(), version: z.string().optional() }).nullish(),
  initializationOptions: z.object({ goldfish: clientOptionsSchema.optional() }).nullish().catch(null),
});

export type GoldfishInitializeResult = InitializeResult & {
  readonly serverInfo: { readonly name: string; readonly version: string; readonly goldfish: Identity };
};

/** Returns the response to `initialize`. Only LSP features need a capability; `goldfish/*` requests need none. */
export function initializeResult(identity: Identity): GoldfishInitializeResult {
  return { capabilities, serverInfo: { name: 'goldfish', version: identity.build, goldfish: identity } };
}

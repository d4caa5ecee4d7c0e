import type { WorkspaceEdit } from 'vscode-languageserver-protocol';
import type { z } from 'zod';
import type { Call } from '../provider.ts';
import type { Services } from '../services.ts';
import type { EditorCapabilities } from './client-capabilities.ts';
import type { Documents } from './documents.ts';

/** One request of LSP while it is served. */
export interface FeatureCall extends Call {
  readonly documents: Documents;
  /** What the editor said of itself. */
  readonly capabilities: EditorCapabilities;
  /** Tells the person something: a notification, never a question. */
  show(message: string): void;
  /** Has the editor change documents; resolves with whether it did. Rejects with the signal's reason. */
  apply(label: string, edit: WorkspaceEdit): Promise<boolean>;
}

/** How one request of LSP is served. */
export interface Feature<P> {
  readonly method: string;
  readonly params: z.ZodType<P>;
  readonly handle: (params: P, call: FeatureCall, services: Services) => Promise<unknown>;
}

export interface AnyFeature {
  readonly method: string;
  readonly params: z.ZodType;
  readonly handle: (params: never, call: FeatureCall, services: Services) => Promise<unknown>;
}

import type { WorkspaceEdit } from 'vscode-languageserver-protocol';
import type { z } from 'zod';
import type { Call } from '../provider.ts';
import type { Services } from '../services.ts';
import type { EditorCapabilities } from './client-capabilities.ts';
import type { Documents } from './documents.ts';

/** Describes the context of one LSP request in progress. */
export interface FeatureCall extends Call {
  readonly documents: Documents;
  /** The capabilities that the editor declared. */
  readonly capabilities: EditorCapabilities;
  /** Shows a message to the user, as a notification. */
  show(message: string): void;
  /** Asks the editor to apply an edit. Resolves with whether it did. Rejects with the signal's reason. */
  apply(label: string, edit: WorkspaceEdit): Promise<boolean>;
}

/** Defines how one LSP request is served. */
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

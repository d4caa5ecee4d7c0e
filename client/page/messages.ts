/** Describes the messages from the extension to the page. `client/src/bridge.ts` posts them. */
export type FromEditor =
  | { readonly kind: 'rpc'; readonly message: unknown }
  | { readonly kind: 'gone' }
  | { readonly kind: 'open'; readonly media: string }
  | { readonly kind: 'show'; readonly fragment: string };

/** Describes the messages from the page to the extension. */
export type ToEditor =
  | { readonly kind: 'connect' }
  | { readonly kind: 'rpc'; readonly message: object }
  | { readonly kind: 'restart' }
  | { readonly kind: 'pickFolder' }
  | { readonly kind: 'addLink' }
  /** Shows a moment in a tab beside the editor. `fragment` has the parameters of its address. */
  | { readonly kind: 'playBeside'; readonly fragment: string }
  | { readonly kind: 'openOutside'; readonly uri: string; readonly startMs: number };

/** A moment as it is dragged out of the page. */
export interface DraggedMoment {
  readonly uri: string;
  readonly startMs: number;
  readonly endMs: number;
}

/** Names the format of a dragged moment for VS Code, which writes a link that fits the note. */
export const MOMENT_TYPE = 'application/vnd.goldfish.moment+json';

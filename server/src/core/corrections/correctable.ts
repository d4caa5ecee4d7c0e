import type { LineKind } from '../domain/description.ts';

/** Kinds of lines that a person may correct: what is measured and what a file is called are not among them. */
export const CORRECTABLE_KINDS = ['speech', 'description', 'screenText', 'caption'] as const;
export type CorrectableKind = (typeof CORRECTABLE_KINDS)[number];

export function isCorrectable(kind: LineKind): kind is CorrectableKind {
  return CORRECTABLE_KINDS.some((correctable) => correctable === kind);
}

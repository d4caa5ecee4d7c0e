import type { LineKind } from '../domain/description.ts';

/** Lists the kinds of lines that users may correct. Measurements and titles are excluded. */
export const CORRECTABLE_KINDS = ['speech', 'description', 'screenText', 'caption'] as const;
export type CorrectableKind = (typeof CORRECTABLE_KINDS)[number];

export function isCorrectable(kind: LineKind): kind is CorrectableKind {
  return CORRECTABLE_KINDS.some((correctable) => correctable === kind);
}

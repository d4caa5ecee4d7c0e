import type { CorrectableKind } from '../../../protocol/corrections.ts';
import { CORRECTABLE_KINDS } from '../../../protocol/names.ts';
import type { LineKind } from '../domain/description.ts';

export { CORRECTABLE_KINDS };

export function isCorrectable(kind: LineKind): kind is CorrectableKind {
  return CORRECTABLE_KINDS.some((correctable) => correctable === kind);
}

import { type Disposable, DocumentDropEdit, DocumentDropOrPasteEditKind, l10n, languages } from 'vscode';
import { type DraggedMoment, MOMENT_TYPE } from '../page/messages.ts';
import { NOTE_SELECTOR } from './daemon.ts';
import { formatNoteLink } from './note-link.ts';

function parseMoment(text: string): DraggedMoment | undefined {
  try {
    const { uri, startMs, endMs } = JSON.parse(text) as Partial<DraggedMoment>;
    if (typeof uri !== 'string' || typeof startMs !== 'number' || typeof endMs !== 'number') return undefined;
    return { uri, startMs, endMs };
  } catch {
    return undefined;
  }
}

/** Writes a link where a moment of the page is dropped into a note. */
export function registerMomentDrop(): Disposable {
  const kind = DocumentDropOrPasteEditKind.Empty.append('goldfish', 'moment');
  return languages.registerDocumentDropEditProvider(
    NOTE_SELECTOR,
    {
      async provideDocumentDropEdits(document, _position, dataTransfer) {
        const moment = parseMoment((await dataTransfer.get(MOMENT_TYPE)?.asString()) ?? '');
        if (moment === undefined) return undefined;
        const edit = new DocumentDropEdit(formatNoteLink(document, moment), l10n.t('Insert link to moment'));
        edit.kind = kind;
        return edit;
      },
    },
    { dropMimeTypes: [MOMENT_TYPE], providedDropEditKinds: [kind] },
  );
}

import { toMomentLink } from './markdown.ts';
import { type DraggedMoment, MOMENT_TYPE } from './messages.ts';

/** Lets a moment be dragged into another program: as a Markdown link, and as data for VS Code. */
export function dragMoment(moment: DraggedMoment): (event: DragEvent) => void {
  return ({ dataTransfer }) => {
    if (dataTransfer === null) return;
    const { uri, startMs, endMs } = moment;
    dataTransfer.effectAllowed = 'copy';
    dataTransfer.setData('text/plain', toMomentLink(moment));
    dataTransfer.setData(MOMENT_TYPE, JSON.stringify({ uri, startMs, endMs }));
  };
}

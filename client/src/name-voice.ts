import { l10n, type QuickPickItem, window } from 'vscode';
import type { VideoResult } from '../../server/protocol/videos.ts';
import { nameOf } from '../page/text.ts';
import type { Daemon } from './daemon.ts';
import { pickVideo } from './edit-library.ts';
import { plainText } from './pick-moment.ts';

interface VoicePick extends QuickPickItem {
  readonly voice: number;
  /** The name as shown now. */
  readonly shownName: string;
}

/** Lists the voices of a video, each with the longest line that it says. */
function toVoicePicks({ lines }: VideoResult): readonly VoicePick[] {
  const voices = new Set(lines.flatMap(({ voice }) => voice ?? []));
  return [...voices]
    .sort((a, b) => a - b)
    .map((voice) => {
      const ownLines = lines.filter((line) => line.voice === voice);
      const longest = ownLines.reduce((a, b) => (b.text.length > a.text.length ? b : a));
      const shownName = longest.speaker ?? '';
      return { voice, shownName, label: plainText(shownName), description: plainText(longest.text) };
    });
}

/** Names a voice of a video that the user chooses, and the same voice in other videos if the user wants. */
export async function nameVoice(daemon: Daemon): Promise<void> {
  const chosen = await pickVideo(daemon, l10n.t('Choose a video'));
  if (chosen === undefined) return;
  const { uri, path } = chosen;
  const picks = toVoicePicks(await daemon.request('goldfish/video', { uri }));
  if (picks.length === 0)
    throw new Error(l10n.t('No voices were told apart in this video. Choose a model for the role diariser.'));
  const pick = await window.showQuickPick(picks, {
    placeHolder: l10n.t('Choose the voice to name'),
    matchOnDescription: true,
  });
  if (pick === undefined) return;
  const name = await window.showInputBox({
    value: pick.shownName,
    title: nameOf(path),
    prompt: l10n.t('Name of this voice'),
  });
  if (!name?.trim()) return;
  const here = l10n.t('In this video');
  const everywhere = l10n.t('Also in other videos, where the voice is clear');
  const scope = await window.showQuickPick([here, everywhere], {
    placeHolder: l10n.t('Where the name counts'),
  });
  if (scope === undefined) return;
  await daemon.request('goldfish/corrections/speaker', {
    uri,
    from: pick.shownName,
    to: name.trim(),
    voice: pick.voice,
    ...(scope === everywhere && { everywhere: true }),
  });
}

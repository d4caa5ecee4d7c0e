export interface CommandEntry {
  readonly id: string;
  readonly title: string;
  readonly icon?: string;
  /** Hides the command from the palette unless this condition holds. */
  readonly when?: string;
  readonly key?: { readonly key: string; readonly mac: string; readonly when?: string };
}

/** Lists every command. `commands.ts` implements them. */
export const COMMANDS: readonly CommandEntry[] = [
  { id: 'goldfish.open', title: 'Open', icon: '$(window)' },
  { id: 'goldfish.ask', title: 'Ask Your Videos', key: { key: 'ctrl+alt+q', mac: 'cmd+alt+q' } },
  {
    id: 'goldfish.search',
    title: 'Search Moments',
    icon: '$(search)',
    key: { key: 'ctrl+alt+g', mac: 'cmd+alt+g' },
  },
  { id: 'goldfish.findSimilar', title: 'Find Moments About the Selection', when: 'editorHasSelection' },
  { id: 'goldfish.library', title: 'Show Library', icon: '$(library)' },
  { id: 'goldfish.addFolder', title: 'Add Folder' },
  { id: 'goldfish.addLink', title: 'Add Video from the Web' },
  { id: 'goldfish.recordStream', title: 'Record Stream from the Web' },
  { id: 'goldfish.stopRecording', title: 'Stop Recording' },
  { id: 'goldfish.removeFolder', title: 'Remove Folder' },
  { id: 'goldfish.openAt', title: 'Open Video at Time' },
  { id: 'goldfish.openVideo', title: 'Open in Goldfish', when: 'false' },
  {
    id: 'goldfish.insertLink',
    title: 'Insert Link to Moment',
    when: 'editorIsOpen',
    key: { key: 'ctrl+alt+l', mac: 'cmd+alt+l', when: 'editorTextFocus && !editorReadonly' },
  },
  { id: 'goldfish.export', title: 'Export Moments' },
  { id: 'goldfish.chapters', title: 'Show Chapters of a Video' },
  { id: 'goldfish.digest', title: 'Summarise Videos' },
  { id: 'goldfish.addAlert', title: 'Add Alert' },
  { id: 'goldfish.removeAlert', title: 'Remove Alert' },
  { id: 'goldfish.reel', title: 'Make Highlight Reel' },
  { id: 'goldfish.subtitles', title: 'Show Subtitles of a Video' },
  { id: 'goldfish.translate', title: 'Translate Subtitles' },
  { id: 'goldfish.correct', title: 'Correct a Line' },
  { id: 'goldfish.nameVoice', title: 'Name a Voice' },
  { id: 'goldfish.tag', title: 'Tag a Moment' },
  { id: 'goldfish.reindex', title: 'Index Videos Again' },
  { id: 'goldfish.forget', title: 'Remove Videos from the Index' },
  { id: 'goldfish.openInBrowser', title: 'Open in Browser' },
  { id: 'goldfish.models', title: 'Models' },
  { id: 'goldfish.pullModel', title: 'Download Model' },
  { id: 'goldfish.useModel', title: 'Choose Model for a Role' },
  { id: 'goldfish.removeModel', title: 'Delete Model' },
  { id: 'goldfish.setKey', title: 'Set API Key' },
  { id: 'goldfish.pause', title: 'Pause Indexing' },
  { id: 'goldfish.resume', title: 'Resume Indexing' },
  { id: 'goldfish.restart', title: 'Restart' },
  { id: 'goldfish.stop', title: 'Stop' },
  { id: 'goldfish.doctor', title: 'Check Installation' },
  { id: 'goldfish.logs', title: 'Show Log' },
  { id: 'goldfish.settings', title: 'Settings' },
  { id: 'goldfish.getStarted', title: 'Get Started' },
];

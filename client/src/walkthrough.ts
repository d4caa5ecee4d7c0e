import type { createTextCollector } from './localised-texts.ts';

export const WALKTHROUGH_ID = 'start';

interface Step {
  readonly id: string;
  readonly title: string;
  /** Markdown. A line that consists of one link becomes a button. */
  readonly description: string;
  readonly pictureText: string;
  /** A picture of docs/design, if one shows this step. */
  readonly picture?: string;
  readonly completionEvents: readonly string[];
}

const STEPS: readonly Step[] = [
  {
    id: 'folder',
    title: 'Add a folder',
    description:
      'Choose a folder with videos. Goldfish indexes them where they are and watches the folder for new ones. Nothing is copied or uploaded.\n[Add Folder](command:goldfish.addFolder)',
    pictureText: 'Goldfish watches the folders that you add.',
    picture: 'library.webp',
    completionEvents: ['onCommand:goldfish.addFolder'],
  },
  {
    id: 'ask',
    title: 'Ask your videos',
    description:
      'Ask in plain words. Answers cite moments. Click a number to play it.\n[Ask](command:goldfish.ask)',
    pictureText: 'An answer with numbered citations, and the video playing at one of them.',
    picture: 'vscode.webp',
    completionEvents: ['onCommand:goldfish.ask', 'onView:goldfish.view'],
  },
  {
    id: 'search',
    title: 'Search as you type',
    description:
      'Results update while you type. Press Enter to play a moment.\n[Search Moments](command:goldfish.search)',
    pictureText: 'Search finds words in speech, text on screen and names.',
    completionEvents: ['onCommand:goldfish.search'],
  },
  {
    id: 'notes',
    title: 'Link notes to moments',
    description:
      'In Markdown and text files, links such as `talk.mp4#t=83` play the moment. Hover to see what is said there; completion suggests moments while you type.\n[Insert Link to Moment](command:goldfish.insertLink)',
    pictureText: 'A link in a note, with the text of its moment.',
    completionEvents: ['onCommand:goldfish.insertLink'],
  },
  {
    id: 'models',
    title: 'Choose models',
    description:
      'Optional models add transcription, visual descriptions and semantic search, and write answers in full sentences. They run on this computer, on a server of yours, or use the model of this editor.\n[Models](command:goldfish.models)',
    pictureText: 'The model of each role, and tips for better answers.',
    picture: 'dialogs.webp',
    completionEvents: ['onCommand:goldfish.models', 'onCommand:goldfish.useModel'],
  },
];

/** Returns the walkthrough for first use. Its media are the files of `walkthroughFiles`. */
export function walkthrough(texts: ReturnType<typeof createTextCollector>) {
  return {
    id: WALKTHROUGH_ID,
    title: texts.put('walkthrough.title', 'Ask your videos'),
    description: texts.put(
      'walkthrough.description',
      'From a folder of videos to answers that cite the second.',
    ),
    steps: STEPS.map(({ id, title, description, completionEvents }) => ({
      id,
      title: texts.put(`walkthrough.${id}.title`, title),
      description: texts.put(`walkthrough.${id}.description`, description),
      media: { markdown: `walkthrough/${id}.md` },
      completionEvents: completionEvents,
    })),
  };
}

/** Returns the text shown next to each step, by its path in the package. */
export function walkthroughFiles(): Readonly<Record<string, string>> {
  return Object.fromEntries(
    STEPS.map(({ id, title, pictureText, picture }) => [
      `walkthrough/${id}.md`,
      picture === undefined
        ? `## ${title}\n\n${pictureText}\n`
        : `## ${title}\n\n![${pictureText}](${picture})\n`,
    ]),
  );
}

/** The pictures of the walkthrough, by their names in docs/design. */
export const WALKTHROUGH_PICTURES: readonly string[] = STEPS.flatMap(({ picture }) => picture ?? []);

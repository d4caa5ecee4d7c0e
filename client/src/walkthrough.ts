import type { createTextCollector } from './localised-texts.ts';

interface Step {
  readonly id: string;
  readonly title: string;
  /** Markdown; a line that is one link becomes a button. */
  readonly says: string;
  readonly pictureText: string;
  readonly done: readonly string[];
}

const STEPS: readonly Step[] = [
  {
    id: 'folder',
    title: 'Add a folder',
    says: 'Choose a folder with videos. They are read clip by clip and stay where they are; new ones are noticed by themselves.\n[Add Folder](command:goldfish.addFolder)',
    pictureText: 'Your videos lie in folders; Goldfish watches those that you name.',
    done: ['onCommand:goldfish.addFolder'],
  },
  {
    id: 'ask',
    title: 'Ask your videos',
    says: 'Ask in plain words. Each claim of the answer carries a number; a click on it plays the second it rests on.\n[Ask](command:goldfish.ask)',
    pictureText: 'An answer with its numbered moments, and the video at one of them.',
    done: ['onCommand:goldfish.ask', 'onView:goldfish.view'],
  },
  {
    id: 'search',
    title: 'Search as you type',
    says: 'The list follows your words; Enter plays a moment.\n[Search Moments](command:goldfish.search)',
    pictureText: 'Words said, shown or named lead to moments.',
    done: ['onCommand:goldfish.search'],
  },
  {
    id: 'notes',
    title: 'Link notes to moments',
    says: 'In Markdown and text, links such as `talk.mp4#t=83` play the moment, quote it on hover, and are completed while you type.\n[Insert Link to Moment](command:goldfish.insertLink)',
    pictureText: 'A link in notes, with what is said there.',
    done: ['onCommand:goldfish.insertLink'],
  },
  {
    id: 'models',
    title: 'Choose models',
    says: 'Words are enough to begin with. A captioner says what is seen, a transcriber writes down speech, and an answerer writes whole sentences: here, on a host of yours, or with the model of this editor.\n[Models](command:goldfish.models)',
    pictureText: 'Which model serves what, and what would make answers better.',
    done: ['onCommand:goldfish.models', 'onCommand:goldfish.useModel'],
  },
];

/** The tour of first use, and the file of each of its pictures' texts. */
export function walkthrough(texts: ReturnType<typeof createTextCollector>) {
  return {
    id: 'start',
    title: texts.put('walkthrough.title', 'Ask your videos'),
    description: texts.put('walkthrough.description', 'From a folder of videos to answers with the second.'),
    steps: STEPS.map(({ id, title, says, done }) => ({
      id,
      title: texts.put(`walkthrough.${id}.title`, title),
      description: texts.put(`walkthrough.${id}.description`, says),
      media: { markdown: `walkthrough/${id}.md` },
      completionEvents: done,
    })),
  };
}

/** What is shown beside each step, by its path in the package. */
export function walkthroughFiles(): Readonly<Record<string, string>> {
  return Object.fromEntries(
    STEPS.map(({ id, title, pictureText }) => [`walkthrough/${id}.md`, `## ${title}\n\n${pictureText}\n`]),
  );
}

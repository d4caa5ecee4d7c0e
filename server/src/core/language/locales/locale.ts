import type { ParsedResult, ParsingReference } from 'chrono-node';

/**
 * The source of a regular expression. `locale-patterns.ts` compiles it: without regard to case, accents optional, and
 * never beginning or ending inside a word. Placeholders:
 * - `{w}` any letters, none included
 * - `{n}` a number in figures, or one word
 * - `{unit}` any unit of `units`
 * - `{video}` any of `videoNouns`
 * - `{time}` a position such as 1:08 or 1:02:03, only in `position.atTime`
 */
export type Pattern = string;

/** Words separated by white space, lower-case. */
export type WordList = string;

export type TimeUnit = 'second' | 'minute' | 'hour' | 'day' | 'week' | 'month' | 'year';

/** A day, week, month or year relative to today. */
export type RelativePeriod =
  | 'dayBeforeYesterday'
  | 'yesterday'
  | 'earlierToday'
  | 'today'
  | 'lastWeek'
  | 'lastMonth'
  | 'lastYear'
  | 'thisWeek'
  | 'thisMonth'
  | 'thisYear';

/** Finds dates in a text; chrono-node's parser of a language. */
export interface DateParser {
  parse(text: string, reference: ParsingReference): ParsedResult[];
}

/** Words that say when a recording was made. Names of months and weekdays come from Intl. */
export interface DateWords {
  readonly parser: DateParser;
  readonly periods: Readonly<Record<RelativePeriod, readonly Pattern[]>>;
  /** "{n} {unit} ago", only where the parser lacks it. */
  readonly ago?: Pattern;
  /** What stands before or after a weekday or month to say that it is past: "last", "dernier". */
  readonly pastBefore: Pattern;
  readonly pastAfter: Pattern;
  /** "next": never the date of a recording. */
  readonly future: Pattern;
  /** Words before a date: "on", "in". A month or a year without one may be something else. */
  readonly prepositions: Pattern;
  /** Weekdays stand without a preposition: "vendredi". */
  readonly bareWeekdays: boolean;
  /** A question about the past: in it a bare date is that of the recording. */
  readonly pastTense: readonly Pattern[];
  /** What people call a recording: said beside a date it means the file and not its content. */
  readonly recordingNouns: Pattern;
  readonly recordingVerbs: Pattern;
  /** Words between such a noun and the date: "that we", "was", "from". */
  readonly links: Pattern;
  readonly articles: Pattern;
  /** Joins a date to the noun after it: "'s", "の". */
  readonly possessive: Pattern;
}

/** Words that name a part of a video. */
export interface PositionWords {
  readonly start: readonly Pattern[];
  readonly middle: readonly Pattern[];
  readonly end: readonly Pattern[];
  readonly firstHalf: readonly Pattern[];
  readonly secondHalf: readonly Pattern[];
  /** Each with at most one `{n}` and with one `{unit}`: "in the first {n} {unit}", "in the first {unit}". */
  readonly firstUnits: readonly Pattern[];
  readonly lastUnits: readonly Pattern[];
  /** Each with one `{time}`, such as 1:08: "at {time}". Not what only times of day have: "um", "a las". */
  readonly atTime: readonly Pattern[];
  /** What follows a time of day: "pm", "Uhr". */
  readonly timeOfDay?: Pattern;
  /** "of": what follows must name a video, for "the end of the day" is another end. */
  readonly of?: Pattern;
  /** Words that follow and mean another end, in a language that has no "of". */
  readonly notFollowedBy?: Pattern;
}

/** Words that ask for what comes before or after something else. */
export interface NeighbourWords {
  readonly before: readonly Pattern[];
  readonly after: readonly Pattern[];
  /** The words stand behind what they are about: "デモの後". */
  readonly postposed?: boolean;
  /** What follows them where they name no event of a video: "after all", "before noon". */
  readonly notAnAnchor: readonly Pattern[];
  /** What precedes them where they are part of another phrase: "named after". */
  readonly notANeighbour: readonly Pattern[];
  /** What was spoken of last, as an anchor: "that". */
  readonly pointers: Pattern;
  /** Whole questions for the neighbour of what was spoken of last: "and then". */
  readonly next: readonly Pattern[];
  readonly previous: readonly Pattern[];
}

export interface FollowUpWords {
  /** Words that point back to an earlier question. */
  readonly pronouns: WordList;
  /** Phrases whose pronoun points to nothing: "is there". */
  readonly fillers: readonly Pattern[];
  /** Those pronouns that mean a person. */
  readonly persons: WordList;
  /** First words of a question that goes on from another. */
  readonly openings: readonly Pattern[];
}

/** A quantity with units of its own. */
export interface Measure {
  /** How a question asks for it: "how heavy". */
  readonly asked: Pattern;
  /** What an answer with a number also holds: "kilos". */
  readonly stated: Pattern;
}

/** All rules about one natural language. A new language is one such object. */
export interface Locale {
  /** ISO 639-1. */
  readonly code: string;
  readonly script: 'latin' | 'cyrillic' | 'han' | 'kana';
  /** Words without content. They never reach the index: a change makes every index stale. */
  readonly stopWords: WordList;
  /** Words of questions rather than of answers: they count for little, and only where nothing better is asked. */
  readonly weakWords: WordList;
  /** Phrases of questions that are removed before the search: "how long". */
  readonly questionPhrases: readonly Pattern[];
  /** Nouns and stems that compounds are made of, in a language that writes them as one word. */
  readonly compoundParts?: WordList;
  /** Forms of irregular verbs: those of one verb separated by spaces, verbs by commas. */
  readonly irregularVerbs?: string;
  /** What any video may be called. */
  readonly videoNouns: Pattern;
  /** What people call the whole that "at the end of" is said of. */
  readonly wholeNouns: Pattern;
  /** Words right before the name of a video that a question looks in: "in", "from"; '' where they follow it. */
  readonly beforeVideoName: Pattern;
  /** Words of a question about a whole video that name no video. */
  readonly overviewWords: WordList;
  /** Words that name no topic where a question asks for a part of a video: "happens", "speaks". */
  readonly genericVerbs: readonly Pattern[];
  readonly units: Readonly<Record<TimeUnit, Pattern>>;
  readonly numbers: Readonly<Record<string, number>>;
  readonly questions: {
    /** "How many videos are there". */
    readonly videoCount: readonly Pattern[];
    /** "Which videos have no transcript". */
    readonly withoutText: readonly Pattern[];
    /** "How long": the answer is a length of time. */
    readonly duration: readonly Pattern[];
    /** "How long is the bridge": the answer is a length of time or in metres. */
    readonly lengthOrTime?: readonly Pattern[];
    /** "What is", "explain": the answer says what a thing is. */
    readonly definition: readonly Pattern[];
    /** "How much", "when": the answer is an amount, a length of time or a date. */
    readonly amount: readonly Pattern[];
    /** "How much does it cost": the answer is a price. */
    readonly price: readonly Pattern[];
    /** "When", "what time". */
    readonly date: readonly Pattern[];
    /** "Where", "in which room". */
    readonly place: readonly Pattern[];
    /** "What is it called". */
    readonly name: readonly Pattern[];
    /** "Who": the answer names somebody. */
    readonly person: readonly Pattern[];
    /** "How many", before what is counted. */
    readonly counted: readonly Pattern[];
    /** "What colour". */
    readonly colour: readonly Pattern[];
    /** "Why". */
    readonly reason: readonly Pattern[];
    /** "Which is better", "A or B". */
    readonly comparison: readonly Pattern[];
    /** How questions begin or end that are answered by yes or no. */
    readonly yesNo: readonly Pattern[];
    /** Verbs that ask what somebody says or thinks. */
    readonly speech: readonly Pattern[];
    /** "How many times": one sentence may answer it, else each time counts. */
    readonly count: readonly Pattern[];
    /** "How often": one sentence may answer it. */
    readonly frequency: readonly Pattern[];
    /** "How many times", "list all": one place cannot answer it. */
    readonly everyOccurrence: readonly Pattern[];
    /** "What is it about", "summarise". */
    readonly overview: readonly Pattern[];
  };
  /** What follows `everyOccurrence` and says no more: "the moments where". */
  readonly momentPhrase: Pattern;
  /** Words about the recording itself, which make "how often" a count: "mentioned", "seen". */
  readonly saidOrShown: readonly Pattern[];
  /** Words that an answer of a kind holds. */
  readonly answers: {
    /** "Three times", "once". */
    readonly counts: readonly Pattern[];
    /** Lengths of time without a number: "for months", "overnight". */
    readonly lengths?: readonly Pattern[];
    /** Currencies, and verbs of cost: with a number they state a price. */
    readonly currencies: readonly Pattern[];
    /** Words that state a price without a number: "free". */
    readonly prices: readonly Pattern[];
    /** Times besides numbers, months and weekdays: "in spring", "before", "next week". Not "today". */
    readonly times: readonly Pattern[];
    /** Words before a place, and places without one: "in", "next to", "here". */
    readonly places: readonly Pattern[];
    readonly colours: readonly Pattern[];
    /** "Because", "therefore". */
    readonly reasons: readonly Pattern[];
    /** Words that introduce a name: "called". */
    readonly names: readonly Pattern[];
    /** Words for people and what they belong to, in a language where only names begin with a capital letter. */
    readonly people?: readonly Pattern[];
    /** How somebody tells what another asks: "a viewer asks why". */
    readonly reportedQuestions: readonly Pattern[];
    /** How somebody says what comes next: "today we talk about". */
    readonly announcements: readonly Pattern[];
    /** How a sentence begins whose reason stands before it: "therefore". */
    readonly consequences: readonly Pattern[];
    /** "Than", "more", "but". */
    readonly comparisons: readonly Pattern[];
    /** How an answer to a yes-or-no question begins: "yes", "not yet". */
    readonly replies: readonly Pattern[];
  };
  /** How a verb is put in the passive, and the words before who does it; undefined where one word does both. */
  readonly passive?: { readonly auxiliaries: WordList; readonly agents: WordList };
  /** Words that say that something is not so. */
  readonly negations: readonly Pattern[];
  /** Words that join a thing to what it is: "is", "means". */
  readonly copulas: readonly Pattern[];
  /** Questions for a length, a weight, an age or a temperature, and the units that an answer holds. */
  readonly measures: readonly Measure[];
  /** Numbers in words and other words of amounts, as subtitles spell them. Months and weekdays come from Intl. */
  readonly amounts: readonly Pattern[];
  /** Words that state how often something is done. */
  readonly rates: readonly Pattern[];
  readonly dates: DateWords;
  readonly position: PositionWords;
  readonly neighbours: NeighbourWords;
  readonly followUp: FollowUpWords;
}

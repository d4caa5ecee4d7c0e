import { casual } from 'chrono-node/en';
import type { Locale } from './locale.ts';

const ADVERB = '(?:(?:right|just|directly|immediately|shortly|soon) )?';

const WHOLE_NOUNS =
  'videos?|clip|films?|movie|recording|lecture|talk|meeting|call|episode|session|presentation|lesson|stream|show|interview|tutorial|conversation|demo|match|game|webinar|podcast';

export const en: Locale = {
  code: 'en',
  script: 'latin',
  stopWords: `a an and are as at be but by for if in into is it no not of on or such that the their then there these
    they this to was will with he she his her him them you i has have do does did from how what which where when
    who why can my so me we us our your yours its were been being am had having would could should shall
    might must about also just than too very s t re ve ll d m don doing done out up down over all any some
    more most other i'm it's that's don't you're we're i've we'll you'll let's here those where's what's how's
    whom whose isn't wasn't doesn't didn't can't won't aren't there's he's she's they're i'll i'd we've cannot weren't
    hasn't haven't hadn't wouldn't couldn't shouldn't`,
  weakWords: `question questions tell show explain describe find know want need way ways possible thing things something someone somebody get
    go use used using please help summarize summarise summary discussion discuss discussed discussing say said
    talk talked talking think thought mean opinion meeting video videos clip clips section part people person happen
    happened happens mention mentioned team group ask asked asks asking give gave
    given may keep keeps kept take takes took taken make makes made put puts come comes came see seen saw look looks
    looked seem seems become became call called participant participants attendee attendees speaker speakers narrator suggest
    suggested propose proposed recommend recommended state stated comment commented remark remarked argue argued
    consider considered regard regarding concern concerning involve involved relate related associate associated face
    faced encounter encountered detail details aspect aspects issue issues view views stance attitude perspective lasts lasted lasting cause causes caused reason reasons compare compared comparison difference differences
    differ per mr mrs ms topic topics subject subjects theme themes
    wrong matter beside near between behind during through along across within uses compares comparing`,
  questionPhrases: [
    "what(?:'s| is| are) new(?! in| with| about| at| on)",
    'what (?:is|was|are|were) the (?:price|cost|fee|fare|date|colou?r|reason)s?(?: of| for)?|what colou?r',
    'how much (?:money|time)|how (?:long|much|many|often|far|old|big|large|tall|high|deep|fast|soon|come|hot|cold|warm|heavy|wide|thick|quickly|expensive|late|early|loud|strong)',
  ],
  irregularVerbs: `be is are was were been, become became, begin began begun, bend bent, bite bit bitten, blow blew blown, break broke broken,
    bring brought, build built, burn burnt burned, buy bought, catch caught, choose chose chosen, come came, cut cut, deal dealt,
    dig dug, draw drew drawn, drink drank drunk, drive drove driven, eat ate eaten, fall fell fallen, feed fed, feel felt,
    fight fought, find found, flee fled, fly flew flown, forget forgot forgotten, freeze froze frozen, get got gotten,
    give gave given, go went gone, grow grew grown, hang hung, hear heard, hide hid hidden, hold held, keep kept, know knew known,
    lay laid, lead led, learn learnt learned, leave left, lend lent, lie lay lain, light lit, lose lost, make made, mean meant,
    meet met, pay paid, ride rode ridden, ring rang rung, rise rose risen, run ran, say said, see saw seen, sell sold, send sent,
    sew sewn, shake shook shaken, shine shone, shoot shot, show shown, shrink shrank shrunk, shut shut, sing sang sung,
    sink sank sunk, sit sat, sleep slept, slide slid, smell smelt, speak spoke spoken, spend spent, spin spun, spread spread,
    stand stood, steal stole stolen, stick stuck, sting stung, strike struck, swear swore sworn, sweep swept, swim swam swum,
    swing swung, take took taken, teach taught, tear tore torn, tell told, think thought, throw threw thrown,
    understand understood, wake woke woken, wear wore worn, weave wove woven, win won, wind wound, write wrote written`,
  videoNouns: 'videos?|clips?|recordings?|footage',
  wholeNouns: WHOLE_NOUNS,
  beforeVideoName: 'in|from|of|within|inside|during',
  overviewWords: `new lecture talk lesson call session interview webinar podcast stream film movie recording episode
    tutorial presentation topic topics main brief briefly short overview outline gist summary summaries gives file`,
  genericVerbs: [
    '(?:speak|talk|show|appear|end|start|begin){w}',
    'spoke{w}|began|goes|going|next|do|does|did',
  ],
  units: {
    second: 'seconds?|secs?',
    minute: 'minutes?|mins?',
    hour: 'hours?',
    day: 'days?',
    week: 'weeks?',
    month: 'months?',
    year: 'years?',
  },
  numbers: {
    a: 1,
    an: 1,
    one: 1,
    two: 2,
    three: 3,
    four: 4,
    five: 5,
    six: 6,
    seven: 7,
    eight: 8,
    nine: 9,
    ten: 10,
    eleven: 11,
    twelve: 12,
    thirteen: 13,
    fourteen: 14,
    fifteen: 15,
    sixteen: 16,
    seventeen: 17,
    eighteen: 18,
    nineteen: 19,
    twenty: 20,
    thirty: 30,
    forty: 40,
    fifty: 50,
    sixty: 60,
    seventy: 70,
    eighty: 80,
    ninety: 90,
  },
  questions: {
    videoCount: [
      'how many (?:{video}) (?:are (?:there|here|indexed)|do (?:i|you|we) have)|how many (?:{video}) *[?]*$',
    ],
    withoutText: [
      '(?:{video}) (?:have|has|with) no (?:transcripts?|subtitles|text)|(?:{video}) without (?:an? )?(?:transcripts?|subtitles|text)|(?:{video}) (?:lack|miss){w} (?:an? )?(?:transcripts?|subtitles)',
    ],
    duration: ['how many {unit}', 'how (?:long|quickly|fast|soon)|how much time'],
    lengthOrTime: ['how long (?:is|are|was|were)'],
    definition: ['what (?:is|are)|what does {w} mean|(?:define|explain|explains|explained|introduced?)'],
    amount: [
      'how (?:much|many|long|old|far|often|big|large|tall|high|deep|fast|soon|hot|cold|warm|heavy|wide|thick|quickly|expensive|late|early|loud|strong)',
      '(?<!(?:know|tell|see|notice) )when(?! it comes to)',
      'what (?:time|date|day|year)|what (?:amount|number|percentage|share|distance|height|depth|weight|temperature|speed)',
      'what (?:do|does|did|will|would) (?:\\S+ ){1,6}costs?',
    ],
    price: [
      'how much (?:is|are|was|were) (?:an?|one) {w}|how much (?:does|do|did|will|would|is|are) (?:\\S+ ){1,6}(?:costs?|pay|charge|spend)|what (?:do|does|did|will|would) (?:\\S+ ){1,6}costs?|how expensive|what (?:is|was) the (?:price|fee|fare|rent)',
    ],
    date: ['(?<!(?:know|tell|see|notice) )when(?! it comes to)', 'what (?:time|date|day|year)'],
    place: ['where|(?:in|at) (?:which|what) (?:place|room|city|town|country|building|street)'],
    name: [
      "what(?:'s| is| are| was| were) (?:\\S+ ){1,6}(?:called|named)|what(?:'s| is| was) the names? of|what(?:'s| is| was) (?:\\S+ ){1,3}names?",
    ],
    person: ['^(?:and |but |so )?(?:who|whom|by whom)'],
    counted: ['how many'],
    colour: ['(?:what|which) colou?rs?'],
    reason: ['why|how come|what (?:is|was|were|are) the (?:reason|cause)s?|for what reason'],
    comparison: [
      '{w}er than|compar{w}|difference between|which (?:is|are|one|of)|(?:better|worse|cheaper|faster|safer|easier|longer|shorter|bigger|smaller) (?:{w} ){0,3}or|{w} or {w}',
    ],
    yesNo: ['^(?:is|are|was|were|do|does|did|can|could|should|shall|will|would|has|have|had|may|must)'],
    speech: [
      'say|says|said|think{w}|thought|mention{w}|suggest{w}|propos{w}|argue{w}|explain{w}|tell{w}|told|ask|asks|asked|opinions?|views?|agree{w}|disagree{w}|answer{w}|report{w}|feel{w}|felt|take on|repl(?:y|ied)|remark{w}|comment{w}',
    ],
    count: ['how many times'],
    frequency: [
      'how often',
      'how many times (?:an?|per|each|every|in an?) (?:second|minute|hour|day|night|week|month|quarter|year)',
    ],
    everyOccurrence: [
      'how (?:many times|often)',
      '(?:list|name|find|show) (?:me )?(?:all|every|each)',
      'every time|all the (?:times|places|moments|scenes)',
    ],
    overview: [
      "what(?:'s| is| are) new(?! in| with| about| at| on)",
      'about *[?.!]*$|about (?:this|that|the|these|those) (?:video|clip|film|movie|recording)s?',
      'summar(?:y|i[sz]e)|tl;?dr|overview|outline|gist|what happens(?! next | when| if| on )|(?:main )?topics',
    ],
  },
  momentPhrase:
    '(?:(?:the|of the)\\s+)?(?:times?|places?|moments?|occasions?|scenes?|clips?|parts?)?\\s*(?:(?:that|when|where|in which)(?![a-z]))?',
  saidOrShown: [
    'mention{w}|say|says|said|saying|spoken|talk{w} about|named?|hear|heard',
    'appear{w}|show|shown|shows|see|seen|visible|comes? up',
  ],
  answers: {
    counts: ['{n} times|once|twice|thrice'],
    lengths: [
      'for (?:ever|good|life|(?:second|minute|hour|day|night|week|month|year|decade|centurie)s)|forever|overnight|(?:the|a|all) (?:whole |entire )?(?:morning|afternoon|evening|night|spring|summer|autumn|fall|winter) long|(?:the|a) (?:whole|entire) (?:morning|afternoon|evening|night|day|week|month|year|spring|summer|autumn|winter)|all (?:day|night|week|year)|a (?:moment|lifetime)|(?:from {w} )?(?:to|until|till) (?:january|february|march|april|may|june|july|august|september|october|november|december|monday|tuesday|wednesday|thursday|friday|saturday|sunday|christmas|easter)',
    ],
    currencies: [
      'euros?|dollars?|pounds?|cents?|pence|bucks|quid|yuan|yen|rupees?|francs?|costs?|price[sd]?|paid|pays?|spent|spends?',
    ],
    prices: ['free|for nothing|expensive|cheap{w}'],
    times: [
      'comes? (?:first|last)|first of all|finally|noon|midnight|tomorrow|yesterday|spring|summer|autumn|winter|mornings?|afternoons?|evenings?|nights?|tonight|weekends?|later|soon|ago|before|after|until|till|when|once|as soon as|(?:next|last|this) (?:{unit}|time|mornings?|afternoons?|evenings?|nights?|weekends?|spring|summer|autumn|winter|season|term|quarter)|at the (?:end|beginning|start)|hour|day|week|month|year',
    ],
    places: [
      '(?:at|in|under|behind|near|inside|outside|beside|between|opposite|next to|in front of|into|onto|from|above|below|around|across|to) (?!(?:the |a )?(?:end|beginning|start|moment|morning|afternoon|evening|night|year|week|fact|general|order|time)){w}',
      'on (?:the|a|an|my|our|your|his|her|their|top) (?!(?:morning|evening|afternoon|first|last))',
      'here|there|upstairs|downstairs|outside|abroad|online|home',
    ],
    colours: [
      'red|green|blue|yellow|black|white|gr[ea]y|brown|orange|purple|pink|violet|silver|gold(?:en)?|beige|turquoise|colou?rless|transparent|dark|light',
    ],
    reasons: [
      'because|since|therefore|so that|due to|owing to|thanks to|caused|reason|that is why|as a result|otherwise|in order to',
    ],
    comparisons: [
      'than|more|less|(?:long|larg|small|fast|slow|cheap|saf|eas[iy]|strong|weak|high|low|old|young|bright|dark|hot|cold|warm|heavi|light|dens|thick|thin|quick|simpl|great|bigg|near|soon|earli|hard|soft|deep|wid|clean|quiet|loud)(?:er|est)|most|least|better|worse|but|while|whereas|both|same|difference|as {w} as|compared',
    ],
    names: ["called|names?|named|known as|i am|i'm|this is|with me is"],
    people: [
      'i|we|he|she|they|you|us|him|them|me|nobody|no one|every(?:body|one)|some(?:body|one)|any(?:body|one)|people|persons?|m[ae]n|wom[ae]n|child(?:ren)?|kids?|boys?|girls?|friends?|brothers?|sisters?|mothers?|fathers?|parents?|sons?|daughters?|wife|husband|uncles?|aunts?|students?|nurses?|guests?|neighbou?rs?|volunteers?|staff|crew|kings?|queens?',
      'teams?|compan(?:y|ies)|groups?|committees?|councils?|governments?|police|army|famil(?:y|ies)|universit(?:y|ies)|schools?|foundations?|offices?|clubs?|churches|church|banks?|states?|cit(?:y|ies)|departments?|ministr(?:y|ies)|museums?',
      '{w}(?:ists?|ians?|ors?|eers?|wom[ae]n|m[ae]n)|(?!(?:after|another|bigger|corner|cover|either|enter|ever|fewer|higher|however|larger|later|less?er|letter|longer|lower|matter|neither|never|newer|number|older|order|other|over|paper|power|quarter|rather|remember|river|shorter|smaller|summer|together|under|water|weather|whether|winter|wonder)s?(?![a-z])){w}ers?',
    ],
    reportedQuestions: [
      "(?:asks?|asked|asking|wonder{w}|wants? to know|wanted to know|question is|do(?:es)?n't know) (?:\\S+ ){0,4}(?:why|what|how|who|when|where|if|whether|which)",
    ],
    announcements: [
      "^(?:so |and |okay |ok |now |hi |hello |well )*(?:,? )?(?:today|in this (?:{video}|lesson|lecture|episode|tutorial|talk)|this (?:week|time)|next),? (?:i|we)(?:'ll|'m| will| want| am| are| show| talk| look)|(?:i|we)(?:'ll| will|'re going to|'m going to| want to| are going to) (?:talk about|show you|look at|discuss|cover|go through)|on (?:the|today's|our) agenda",
    ],
    consequences: ["^(?:so|therefore|that is why|that's why|thus|hence|as a result|for this reason)"],
    replies: ['^(?:yes|yeah|yep|no|nope|sure|of course|certainly|exactly|not really|not yet|right)'],
  },
  passive: { auxiliaries: 'am is are was were be been being get gets got', agents: 'by' },
  negations: ["not|no|never|nobody|none|nothing|neither|nor|without|cannot|{w}n't"],
  copulas: ['is|are|was|were|means?|called'],
  measures: [
    {
      asked: 'how far(?: away| apart| from| is| are| was| were)|how (?:tall|deep|wide|thick)',
      stated:
        'met(?:re|er)s?|(?:kilo|centi|milli)met(?:re|er)s?|miles?|feet|foot|inch(?:es)?|yards?|km|cm|mm|m|blocks?|light[- ]years?|minutes?|hours?|days?',
    },
    {
      asked: 'how heavy|how much (?:do|does|did) (?:{w} ){1,5}weigh',
      stated: 'kilos?|kilograms?|kg|grams?|g|tons?|tonnes?|pounds?|lbs?|ounces?|oz',
    },
    {
      asked: 'how old',
      stated:
        "(?:years?|months?|weeks?|days?|centuries) old|{w}-year-old|of age|aged?|centur(?:y|ies)|born|built|founded|dates?|turn(?:s|ed)?|(?:twen|thir|for|fif|six|seven|eigh|nine)ties|(?:am|is|are|was|were|be|i'm|he's|she's|it's) (?:about |almost |just |nearly |only |over )?(?:\\d+|ten|eleven|twelve|{w}teen|(?:twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety){w}|a hundred)",
    },
    { asked: 'how (?:hot|cold|warm)', stated: 'degrees?|celsius|fahrenheit|kelvin|minus|°{w}' },
  ],
  amounts: [
    'one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|{w}teen|(?:twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety){w}',
    'hundreds?|thousands?|millions?|half|quarter|dozens?',
  ],
  rates: [
    'every (?:{n} )?(?:hundred |thousand |million )?(?:kilomet(?:re|er)s?|miles?|km|met(?:re|er)s?|pages?|steps|rounds?|uses)',
    '(?:every|each) (?:{n} )?(?:seconds?|minutes?|hours?|days?|nights?|weeks?|weekends?|months?|quarters?|years?|mornings?|afternoons?|evenings?|summer|winter|spring|autumn|(?:mon|tues|wednes|thurs|fri|satur|sun)day)',
    '(?:once|twice|thrice|times?) (?:an?|per|each|every|in an?) (?:{n} )?(?:second|minute|hour|day|night|week|weekend|month|quarter|year)s?',
    'per (?:second|minute|hour|day|night|week|month|quarter|year)|(?:once|twice|times) daily',
    'hourly|daily|nightly|weekly|fortnightly|bi-?weekly|monthly|quarterly|yearly|annually',
    '(?:mon|tues|wednes|thurs|fri|satur|sun)days|on weekends|in the mornings|in the evenings',
    'never|hardly ever|rarely|seldom|not (?:very |that |so )?often|sometimes|occasionally|now and then|from time to time|usually|regularly|frequently|constantly|always|all the time',
  ],
  dates: {
    parser: casual,
    periods: {
      dayBeforeYesterday: ['the day before yesterday'],
      yesterday: ['yesterday(?: (?:morning|afternoon|evening|night))?', 'last night'],
      earlierToday: ["earlier today|today(?='s)"],
      today: ['this morning|today'],
      lastWeek: ['last week'],
      lastMonth: ['last month'],
      lastYear: ['last year'],
      thisWeek: ['this week'],
      thisMonth: ['this month'],
      thisYear: ['this year'],
    },
    pastBefore: 'last|this past|past',
    pastAfter: 'ago',
    future: 'next|coming',
    prepositions: 'on|from|of|in|during',
    bareWeekdays: false,
    pastTense: [
      "what(?:'s| is| are) new(?! in| with| about| at| on)",
      'did|was|were|had|happened|said|told|talked|spoke|decided|agreed|went|came|showed|explained|gave|took|made|saw|wrote|met|won|left|ran|got|[a-z]+[b-df-z]ed',
    ],
    recordingNouns:
      'recording|video|clip|call|meeting|session|stand-?up|lecture|talk|lesson|class|episode|stream|film|webinar|interview|footage',
    recordingVerbs: 'recorded|filmed|shot|taken|made|captured|held',
    links: 'that|which|we|i|you|they|was|were',
    articles: 'the',
    possessive: "'s?",
  },
  position: {
    start: ['first(?= *[?.!]*$)|(?:the )?first thing', '(?:at|in|near) the (?:very )?(?:beginning|start)'],
    middle: ['(?:in|around) the middle'],
    end: [
      'last(?= *[?.!]*$)|(?:the )?last thing',
      '(?:at|towards?|near|by) the (?:very )?end',
      `how (?:do|does|did) (?:it |(?:the |this |that )?(?:(?:${WHOLE_NOUNS}) )?)ends?`,
    ],
    firstHalf: ['(?:in|during) the first half'],
    secondHalf: ['(?:in|during) the (?:second|last) half'],
    firstUnits: ['(?:in|during|within) (?:the |its )?first (?:{n} )?{unit}'],
    lastUnits: ['(?:in|during|within) (?:the |its )?(?:last|final) (?:{n} )?{unit}'],
    atTime: ['(?:at|around|near) (?:about |exactly |minute |the )?{time}(?: mark)?', 'minute {time}'],
    timeOfDay: "[ap]\\.?m|o'clock|hours|today|tonight|tomorrow|in the (?:morning|afternoon|evening)",
    of: 'of',
    notFollowedBy:
      'line|lines|button|point|zone|date|table|user|users|row|seat|name|finger|class|ages?|school|product|result|menu|credits?|game|key|screen',
  },
  neighbours: {
    after: [`${ADVERB}after`],
    before: [`${ADVERB}before`],
    notAnAnchor: [
      'all|long|then|hours|effects?|care|tax(?:es)?|noon|midnight|christmas|the fact|the first|and after|\\d.*|or (?:after|before)',
      '(?:the )?(?:mon|tues|wednes|thurs|fri|satur|sun)day',
      'january|february|march|april|may|june|july|august|september|october|november|december',
      '(?:and|or|picture|photo|shot|image)s?',
    ],
    notANeighbour: [
      'named?|look(?:s|ed|ing)?|go(?:es|ing)?|went|take[ns]?|took|run(?:s|ning)?|the (?:day|week|month|year|night)|year|day|week|ever|as',
      '(?:an?|the|and|or|long|well|never|seen)',
    ],
    pointers: 'that|this|it',
    next: ['(?:and )?(?:what \\S+ )?(?:next|then|afterwards|after (?:that|this|it))'],
    previous: ['(?:and )?(?:what \\S+ )?before (?:that|this|it)'],
  },
  followUp: {
    pronouns:
      'it its they them their theirs he him his she her hers that those these this there then same others',
    fillers: [
      '(?:is|are|was|were) there|there (?:is|are|was|were)',
      '(?:this|that) (?:week|month|year|morning|{video}|lecture|meeting|film|movie|talk|call|episode)',
    ],
    persons: 'he him his she her hers they them their',
    openings: ['and|but|so|or|also|what about|how about|why'],
  },
};

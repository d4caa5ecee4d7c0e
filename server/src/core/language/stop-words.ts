/**
 * Words that carry no content and never reach the index. A language without a list keeps all its words: the
 * index then weighs them down by their frequency.
 */
const STOP_WORD_LISTS: Readonly<Record<string, string>> = {
  en: `a an and are as at be but by for if in into is it no not of on or such that the their then there these
    they this to was will with he she his her him them you i has have do does did from how what which where when
    who why can my so me we us our your yours its were been being am had having would could should shall
    might must about also just than too very s t re ve ll d m don doing done out up down over all any some
    more most other i'm it's that's don't you're we're i've we'll you'll let's here those where's what's how's
    whom whose isn't wasn't doesn't didn't can't won't aren't there's he's she's they're i'll i'd we've cannot weren't
    hasn't haven't hadn't wouldn't couldn't shouldn't`,
  de: `der die das den dem des ein eine einer eines einem einen und oder aber auch als an am auf aus bei beim
    bin bis bist da dabei damit dann dass daß dazu dein deine deinem deinen deiner dich dir doch dort du durch er
    es euch euer eure für gegen hab habe haben hat hatte hatten hier hin ich ihm ihn ihnen ihr ihre ihrem ihren
    ihrer im in ins ist ja jede jeder jedes jetzt kann kannst kein keine keinem keinen keiner können könnte man
    mein meine meinem meinen meiner mich mir mit muss muß müssen nach nein nicht noch nun nur ob ohne sehr sein
    seine seinem seinen seiner seit sich sie sind so soll sollte sollen über um uns unser unsere unter vom von vor
    wann war waren warum was weil welche welchem welchen welcher welches wenn wer werde werden wie wieder will
    wir wird wirst wo woher wohin wollen wurde wurden zu zum zur zwischen eben halt mal diese diesem diesen
    dieser dieses worum womit wozu worüber wofür`,
  fr: `le la les l un une des du de d et ou mais où à au aux en dans par pour sur avec sans sous ce c cet cette
    ces il elle ils elles on nous vous je j tu me m te t se s lui leur leurs mon ma mes ton ta tes son sa ses notre
    nos votre vos qui que qu quoi dont quel quelle quels quelles est sont été être suis es sommes êtes était
    étaient a as ai avons avez ont avait avoir ne n pas plus y comme si donc car ni aussi très quand comment pourquoi`,
  es: `el la los las lo un una unos unas de del al a y e o u pero que qué quien quién cual cuál en con por para sin
    sobre entre como cómo cuando cuándo donde dónde es son era eran fue ser está están estaba ha han he hay había
    se su sus mi mis tu tus me te le les nos yo tú él ella ellos ellas nosotros usted ustedes este esta estos estas
    ese esa eso esto no ni si sí ya más muy también porque`,
  it: `il lo la i gli le l un uno una di del dello della dei degli delle d a al allo alla ai agli alle da dal dalla
    in nel nella nei nelle con su sul sulla per tra fra e ed o ma che chi cui non è sono era erano essere ha hanno
    ho hai abbiamo avere si mi ti ci vi lui lei loro noi voi io tu questo questa questi queste quello quella come
    quando dove perché anche più se c`,
  pt: `o a os as um uma uns umas de do da dos das em no na nos nas por pelo pela para com sem sobre e ou mas que
    quem qual como quando onde é são era eram foi ser está estão tem têm há se seu sua seus suas meu minha me te
    lhe nós eu tu ele ela eles elas você vocês este esta isto esse essa isso não já mais muito também porque ao à`,
  nl: `de het een en of maar in op aan van voor met bij naar uit over door tot om te ten ter is zijn was waren ben
    bent wordt worden heb heeft hebben had ik jij je hij zij ze wij we jullie u mij me hem haar ons hun dit dat deze
    die er hier daar wie wat waar wanneer hoe waarom niet geen ook nog als dan dus zo al wel`,
  ru: `и в во не что он на я с со как а то все она так его но да ты к у же вы за бы по ее мне было вот от меня еще
    нет о из ему когда ну ли если или быть был до вас уж вам ведь там потом себя ничего ей они тут где есть надо
    для мы тебя их чем была чтоб без будто кто этот эта это эти какой какая какие почему`,
  zh: `的 了 是 在 我 你 他 她 它 们 我们 你们 他们 她们 这 那 这个 那个 这些 那些 和 与 或 也 都 就 而 及 着 把 被 让 给
    很 吗 呢 吧 啊 呀 嘛 什么 怎么 怎样 怎么样 为什么 哪 哪里 哪儿 谁 多少 几 个 有 没有 不 没 要 会 能 可以 对 从 到
    上 下 里 中 说 去 来 一 一个 如何 关于 请 哪个 什么时候 时候 以 之 其 于 并 但 但是 所以 因为 如果 还 还是 又`,
  ja: `これ それ あれ この その あの ここ そこ あそこ こちら どこ だれ 誰 なに 何 なん 私 僕 君 彼 彼女 です ます した
    する して いる ある なる こと もの ため よう から まで ので のに でも しかし そして また など について 何時 どう
    どの どれ どうして なぜ いつ ください ました ません でした という として による 的 中 いう いくら いくつ どんな どのくらい どれくらい なんで どこで だれが ですか ますか います あります
    できる できます ください`,
};

/**
 * Words of questions rather than of answers: they count for little, and only where nothing better is asked.
 */
const WEAK_WORD_LISTS: Readonly<Record<string, string>> = {
  en: `tell show explain describe find know want need way ways possible thing things something someone somebody get
    go use used using please help summarize summarise summary discussion discuss discussed discussing say said
    talk talked talking think thought mean opinion meeting video videos clip clips section part people person happen
    happened happens mention mentioned team group ask asked asks asking give gave
    given may keep keeps kept take takes took taken make makes made put puts come comes came see seen saw look looks
    looked seem seems become became call called`,
  de: `sag sage sagt sagen sagte gesagt zeig zeige zeigt zeigen gezeigt erklär erkläre erklärt erklären beschreib
    beschreibe beschreiben finde finden weiß wissen möchte möglich sache sachen ding dinge etwas jemand bitte
    hilfe zusammenfassung zusammenfassen fasse diskussion besprochen besprechen reden redet geredet sprechen
    spricht gesprochen denken denkt dachte meinen meint meinung video videos clip abschnitt teil leute person
    passiert erwähnt gruppe geht gibt macht machen gemacht thema frage fragt fragte gefragt gib`,
  fr: `dis dire dit montre montrer explique expliquer décris trouve trouver savoir veux chose choses quelque
    quelqu résumé résumer discussion parle parler parlé pense vidéo clip partie gens personne`,
  es: `di decir dice dijo muestra mostrar explica explicar describe encontrar saber quiero cosa cosas algo alguien
    resumen resumir discusión habla hablar hablan piensa vídeo video parte gente persona`,
  zh: `说 讲 讲了 告诉 显示 解释 描述 找 知道 想 视频 部分 内容 讨论 总结 关于 提到`,
  ja: `教えて 説明 動画 ビデオ 部分 内容 話 話し 要約`,
};

function toWordSets(lists: Readonly<Record<string, string>>): ReadonlyMap<string, ReadonlySet<string>> {
  return new Map(Object.entries(lists).map(([language, text]) => [language, new Set(text.split(/\s+/))]));
}

const STOP_WORDS = toWordSets(STOP_WORD_LISTS);
const WEAK_WORDS = toWordSets(WEAK_WORD_LISTS);

/** Question words of two words, whose second one would else be looked for. */
const QUESTION_PHRASES: Readonly<Record<string, RegExp>> = {
  en: /\bhow (long|much|many|often|far|old|big|large|tall|high|deep|fast|soon|come)\b/giu,
  de: /\bwie (lange?|viele?|vielen|oft|weit|alt|groß|hoch|tief|schnell|heißt)\b/giu,
  fr: /\bcombien de (temps|fois)\b/giu,
  es: /\bcuánto tiempo\b/giu,
  // Words are not set apart here: a weak word next to another one would make a pair that nothing holds.
  zh: /视频|讲了|讲|告诉我?|显示|解释|描述|讨论|总结|概括|主要|内容|部分|什么|怎么样?|多少|几[个台位次天年月人张块本条只]?/gu,
  ja: /教えて|説明|動画|ビデオ|部分|内容|要約|いくら|いくつ|どう|どんな/gu,
};

/** The question without "how long" and its like. */
export function stripQuestionPhrases(text: string, language: string): string {
  const questionPhrases = QUESTION_PHRASES[language];
  return questionPhrases ? text.replace(questionPhrases, ' ') : text;
}

/** `word` is lower-case, with its accents. */
export function isStopWord(word: string, language: string): boolean {
  return STOP_WORDS.get(language)?.has(word) ?? false;
}

export function isWeakWord(word: string, language: string): boolean {
  return WEAK_WORDS.get(language)?.has(word) ?? false;
}

/** Languages among those given, the one first whose stop words hold most of the words. */
export function rankLanguagesByStopWords(
  words: readonly string[],
  languages: readonly string[],
): readonly string[] {
  const countStopWords = (language: string) => words.filter((word) => isStopWord(word, language)).length;
  return languages
    .map((language) => ({ language, count: countStopWords(language) }))
    .sort((a, b) => b.count - a.count)
    .filter(({ count }) => count > 0)
    .map(({ language }) => language);
}

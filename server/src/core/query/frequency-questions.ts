/** Questions for how often something is done, which one sentence may tell; "how many times" alone is a count. */
const ASKS_FREQUENCY = new RegExp(
  [
    String.raw`\bhow often\b|\bwie oft\b`,
    String.raw`\bhow many times (?:an?|per|each|every|in an?) (?:second|minute|hour|day|night|week|month|quarter|year)\b`,
    String.raw`\bcombien de fois par\b|\bcu[áa]ntas veces (?:al|a la|por|cada)\b`,
  ].join('|'),
  'iu',
);
/** What only a recording itself can tell: how often something is said or seen in it. */
const ASKS_ABOUT_RECORDING =
  /(?<!\p{L})(?:mention\p{L}*|sa(?:y|ys|id|ying)|spoken|talk\p{L}* about|named?|hear|heard|appear\p{L}*|shown?|shows|seen?|visible|comes? up|erwähn\p{L}*|gesagt|sagt|gesprochen|genannt|gehört|gezeigt|zu (?:sehen|hören)|auf(?:taucht|getaucht)|taucht .*auf|vorkommt|kommt .*vor|dit|dite|dits|parle\p{L}*|parlé|apparaî\p{L}*|apparu\p{L}*|montr\p{L}*|enten\p{L}*|voi[rt]|vue?s?|dice[ns]?|dicho|habla\p{L}*|aparec\p{L}*|muestr\p{L}*|menciona\p{L}*|se (?:oye|ve))(?!\p{L})/iu;

/** Words of one language that tell how often, as patterns; `N` stands for a number in figures or a word. */
const FREQUENCY_PATTERNS: Readonly<Record<string, readonly string[]>> = {
  en: [
    '(?:every|each) (?:N )?(?:seconds?|minutes?|hours?|days?|nights?|weeks?|weekends?|months?|quarters?|years?|mornings?|afternoons?|evenings?|summer|winter|spring|autumn|(?:mon|tues|wednes|thurs|fri|satur|sun)day)',
    '(?:once|twice|thrice|times?) (?:an?|per|each|every|in an?) (?:N )?(?:second|minute|hour|day|night|week|weekend|month|quarter|year)s?',
    'per (?:second|minute|hour|day|night|week|month|quarter|year)|(?:once|twice|times) daily',
    'hourly|daily|nightly|weekly|fortnightly|bi-?weekly|monthly|quarterly|yearly|annually',
    '(?:mon|tues|wednes|thurs|fri|satur|sun)days|on weekends|in the mornings|in the evenings',
    'never|hardly ever|rarely|seldom|not (?:very |that |so )?often|sometimes|occasionally|now and then|from time to time|usually|regularly|frequently|constantly|always|all the time',
  ],
  de: [
    'alle (?:N )?(?:sekunden|minuten|stunden|tage|wochen|monate|jahre)',
    'jede[nrms]? (?:\\p{L}+te[nrs]? )?(?:sekunde|minute|stunde|tag|nacht|woche|wochenende|monat|quartal|jahr|morgen|abend|(?:mon|diens|donners|frei|sams|sonn)tag|mittwoch)',
    '(?:\\p{L}+|N )mals? (?:pro|am|im|in der|die|jeden?|alle) \\p{L}+|pro (?:sekunde|minute|stunde|tag|nacht|woche|monat|jahr)',
    '(?:\\p{L}+)?(?:täglich|stündlich|nächtlich|wöchentlich|monatlich|jährlich)\\p{L}*|(?:mon|diens|donners|frei|sams|sonn)tags|mittwochs|morgens|abends',
    'nie|niemals|selten|kaum je|manchmal|gelegentlich|ab und zu|meist|meistens|regelmäßig|häufig|oft|ständig|immer',
  ],
  fr: [
    'tou(?:s|tes) les (?:N )?(?:secondes|minutes|heures|jours|nuits|semaines|mois|trimestres|ans|années|matins|soirs|(?:lun|mar|mercre|jeu|vendre|same)dis|dimanches)',
    'chaque (?:seconde|minute|heure|jour|nuit|semaine|mois|trimestre|an|année|matin|soir|(?:lun|mar|mercre|jeu|vendre|same)di|dimanche)',
    'fois (?:par|tous|toutes|chaque) \\p{L}+|par (?:seconde|minute|heure|jour|nuit|semaine|mois|an)',
    '(?:quotidien|hebdomadaire|mensuel|annuel)\\p{L}*',
    'jamais|rarement|parfois|de temps en temps|régulièrement|fréquemment|souvent|toujours',
  ],
  es: [
    'cada (?:N )?(?:segundos?|minutos?|horas?|días?|noches?|semanas?|mes(?:es)?|trimestre|años?|mañana|tarde|lunes|martes|miércoles|jueves|viernes|sábado|domingo)',
    'tod(?:os los|as las) (?:días|noches|semanas|meses|años|mañanas|tardes|lunes|martes|miércoles|jueves|viernes|sábados|domingos)',
    've(?:z|ces) (?:al|a la|por|cada) \\p{L}+|por (?:segundo|minuto|hora|día|semana|mes|año)',
    '(?:diari[oa]|semanal|quincenal|mensual|anual)\\p{L}*',
    'nunca|jamás|rara vez|raramente|a veces|de vez en cuando|regularmente|a menudo|siempre',
  ],
};
const STATES_FREQUENCY = new RegExp(
  `(?<!\\p{L})(?:${Object.values(FREQUENCY_PATTERNS).flat().join('|').replaceAll('N ', '[\\p{L}\\p{N}.,]+ ')})(?!\\p{L})`,
  'iu',
);

/** Does a question ask how often something is done, and not how often it is said or seen? */
export function asksForFrequency(text: string): boolean {
  return ASKS_FREQUENCY.test(text) && !ASKS_ABOUT_RECORDING.test(text);
}

/** True where a sentence tells how often something is done. */
export function statesFrequency(text: string): boolean {
  return STATES_FREQUENCY.test(text);
}

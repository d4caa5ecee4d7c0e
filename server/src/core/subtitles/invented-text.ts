/** Credits of subtitles, which Whisper learnt from films. Nobody speaks them. */
const CREDITS: readonly RegExp[] = [
  /\bamara\.org\b/i,
  /\b(?:subtitles?|captions?|transcri(?:bed|ption)|translat(?:ed|ion)) by\b/i,
  /\buntertitel (?:von|der|im auftrag)\b/i,
  /\bsous-titr(?:es|age) (?:par|de|réalisés?|société|st) ?/iu,
  /\bsubt[ií]tulos (?:por|realizados|de la comunidad)\b/i,
  /\bsottotitoli (?:creati|a cura|di)\b/i,
  /\blegendas? (?:pela|por)\b/i,
  /(?:субтитры (?:сделал|создавал|подогнал)|редактор субтитров)/iu,
  /(?:字幕(?:由|志愿者|製作|制作|提供|by)|中文字幕)/iu,
  /(?:자막 ?(?:제공|by))/iu,
];

/** What films end with. It may be spoken, so it is invented only where the model is not sure that anyone speaks. */
const OUTROS: readonly RegExp[] = [
  /^(?:thank you|thanks)(?: (?:so|very) much)? for (?:watching|listening|viewing)(?: (?:the|this|my) video)?$/i,
  /^(?:please )?(?:like and )?subscribe(?: to (?:the|my|our) channel)?$/i,
  /^(?:see you|bye)(?: in the)? next (?:time|video)$/i,
  /^vielen dank (?:für|fürs) (?:'s )?(?:zuschauen|ansehen|zuhören)$/iu,
  /^merci d['’]avoir (?:regardé|écouté)(?: (?:la|cette) vidéo)?$/iu,
  /^gracias por (?:ver|mirar|escuchar)(?: el v[ií]deo)?$/iu,
  /^(?:ご視聴(?:いただき)?ありがとうございました|最後までご視聴いただきありがとうございました)$/u,
  /^(?:感谢|谢谢)(?:您的|你的|大家)?(?:观看|收看)$/u,
  /^(?:시청해\s?주셔서 감사합니다)$/u,
  /^(?:спасибо за (?:просмотр|внимание)|продолжение следует)$/iu,
];

/** A longer text with the words of a credit is about subtitles. */
const MAX_CREDIT_CHARS = 80;
/** Confidence from which an outro counts as spoken. */
const SPOKEN_LOG_PROBABILITY = -0.25;
const SPOKEN_NO_SPEECH_PROBABILITY = 0.2;

/**
 * Returns whether a speech recogniser invents a text where it hears no words: credits of subtitles always, outros unless
 * the model is sure of them.
 */
export function isInventedText(
  text: string,
  { logProbability, noSpeech }: { readonly logProbability?: number; readonly noSpeech?: number },
): boolean {
  if (CREDITS.some((credit) => credit.test(text)) && text.length < MAX_CREDIT_CHARS) return true;
  const bare = text.replace(/[.!?。！？…,\s]+$/u, '').trim();
  if (!OUTROS.some((outro) => outro.test(bare))) return false;
  return (logProbability ?? 0) < SPOKEN_LOG_PROBABILITY || (noSpeech ?? 0) > SPOKEN_NO_SPEECH_PROBABILITY;
}

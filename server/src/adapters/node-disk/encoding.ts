import { Buffer } from 'node:buffer';
import { analyse } from 'chardet';
import iconv from 'iconv-lite';
import { yieldToEventLoop } from '../../base/yield-to-event-loop.ts';
import { findExplainedShare } from './latin-alphabets.ts';

/** Legacy encodings of subtitle files, the most common one of each script first. */
const CANDIDATE_ENCODINGS: readonly string[] = [
  'windows-1252',
  'windows-1250',
  'iso-8859-2',
  'windows-1254',
  'windows-1257',
  'windows-1258',
  'cp850',
  'cp852',
  'macintosh',
  'windows-1251',
  'koi8-r',
  'koi8-u',
  'cp866',
  'iso-8859-5',
  'maccyrillic',
  'windows-1253',
  'iso-8859-7',
  'cp737',
  'windows-1255',
  'windows-1256',
  'iso-8859-6',
  'windows-874',
  'shift_jis',
  'euc-jp',
  'gb18030',
  'big5',
  'euc-kr',
];

/** Letters by script, the frequent ones first. A wrong encoding yields rare letters. */
const LETTERS_BY_FREQUENCY: readonly (readonly [RegExp, string])[] = [
  [/\p{Script=Cyrillic}/u, 'оеаинтсрвлкмдпуяыьгзбчйхжі'],
  [/\p{Script=Greek}/u, 'αοιετσνηυρπκμςλωάίόέύή'],
  [/\p{Script=Hebrew}/u, 'יוהלאתרבשמנכדםע'],
  [/\p{Script=Arabic}/u, 'اليمونرتبةعدسفهكقح'],
  [/\p{Script=Thai}/u, 'านรอกเงมยลวดทส่้ตะัีิคปบหแจพชไขใ'],
];
/** Syllables of common endings, particles and words. Half of a Korean text are such, and few of what is none. */
const COMMON_HANGUL = new Set(
  '이다는을가에의고하지로사은도그서나한기를어있아리자시해수인게만라보대정니일장전것들제으부오스여면주상조성구우없동안과선원구신마소무었했야거네요까세데말문생미때내당저당더방모실음물못할든중연발번죄너왜무뭐좋알겠습합됩입갑늦집녁침',
);
const COMMON_HAN = new Set(
  '的一是不我了在人有他这這个個们們中来來大为為上国國到说說时時要以会會就出也你对對生能子那得着著下自之年过過发發后後作里用道行所然家种種事成方多经經么麼去法学學如都同现現当當没沒动動面起看定天分还還进進好小部其些主样樣理心本前开開但因只从從想实實今日言間何見思来私気',
);
const KANA = /[\u3040-\u30FF\u3001\u3002]/u;
const HALF_KANA = /[\uFF61-\uFF9F]/u;
const PUNCTUATION = /[\p{P}\u00A0°♪€£´`]/u;

/** Returns how likely a non-ASCII character is in a subtitle, -12..1.2, from its approximate frequency. */
function toLikelihood(char: string): number {
  if (char === '\uFFFD') return -12;
  if (/[\u0080-\u009F]|\p{Co}|\p{Cn}/u.test(char)) return -8;
  if (KANA.test(char)) return 1;
  if (HALF_KANA.test(char)) return -1.5;
  if (/\p{Script=Han}/u.test(char)) return COMMON_HAN.has(char) ? 1.2 : 0.1;
  if (/\p{Script=Hangul}/u.test(char)) return COMMON_HANGUL.has(char) ? 1 : 0.3;
  const lower = char.toLowerCase();
  for (const [script, frequentLetters] of LETTERS_BY_FREQUENCY) {
    if (!script.test(char)) continue;
    const at = frequentLetters.indexOf(lower);
    return at < 0 ? -0.5 : at < 12 ? 1 : 0.5;
  }
  if (/\p{Script=Latin}/u.test(char))
    return COMMON_LATIN.has(lower) ? 0.8 : LIKELY_LATIN.has(lower) ? 0.5 : RARE_LATIN.has(lower) ? 0.3 : -0.2;
  if (/\p{M}/u.test(char)) return 0;
  return PUNCTUATION.test(char) ? 0.2 : -2;
}
const COMMON_LATIN = new Set('áàâãäåæçéèêëíñóôõöøúùüß');
/** Icelandic letters; Turkish text in the wrong encoding yields them. */
const RARE_LATIN = new Set('ðþÿý');
const LIKELY_LATIN = new Set('áàâãäåæçčćđďéèêëěęíìîïıłľńňñóòôõöőøœřšśşșťțúùûüůűžźżğąăßāēīūņļķģėųįơưðþÿ');

const toScript = (char: string): string =>
  /\p{Script=Latin}/u.test(char)
    ? 'l'
    : /\p{Script=Cyrillic}/u.test(char)
      ? 'c'
      : /\p{Script=Greek}/u.test(char)
        ? 'g'
        : /\p{L}/u.test(char)
          ? 'o'
          : '';

/** Weight of the share of accented letters that belong to one language. */
const LANGUAGE_WEIGHT = 0.6;

/** Returns the mean likelihood of the non-ASCII characters of a text; unlikely neighbours within a word lower it. */
function toPlausibility(text: string, isWide: boolean): number {
  let sum = 0;
  let count = 0;
  let previousChar = '';
  const accentedLetters: string[] = [];
  for (const char of text) {
    const script = toScript(char);
    if (char > '\u007F') {
      count += 1;
      sum += toLikelihood(char);
      if (script === 'l') accentedLetters.push(char.toLowerCase());
    }
    const previousScript = toScript(previousChar);
    if (script !== '' && previousScript !== '') {
      if (script !== previousScript) sum -= isWide ? 1.5 : 3;
      // Two accented Latin letters in a row are rare.
      if (script === 'l' && previousScript === 'l' && char > '\u007F' && previousChar > '\u007F') sum -= 1.2;
      if (isUpper(char) && isLower(previousChar)) sum -= 2;
    } else if (char > '\u007F' && previousScript !== '' && /[^\p{L}\p{M}\p{P}\s]/u.test(char)) sum -= 1;
    previousChar = char;
  }
  // A wrong encoding yields letters of several languages.
  const explainedShare = findExplainedShare(accentedLetters) ?? 0;
  sum += accentedLetters.length * LANGUAGE_WEIGHT * explainedShare;
  return count === 0 ? 0 : sum / count;
}

const isUpper = (char: string) => char !== char.toLowerCase();
const isLower = (char: string) => char !== char.toUpperCase();

/** Bonus for Windows encodings, which are more frequent than those of DOS, Macintosh and Unix. */
const WINDOWS_BONUS = 0.3;
/** Bonus for the most frequent encoding; it decides if there are few non-ASCII bytes. */
const WESTERN_BONUS = 1;
/** Weight of the statistics of byte sequences, relative to the likelihood of the text. */
const STATISTICS_WEIGHT = 0.35;
const SAMPLE_BYTES = 8192;
const MULTIBYTE = /^(?:shift_jis|euc-jp|gb18030|big5|euc-kr)$/;

/**
 * Guesses the encoding of bytes that are not Unicode: the one that yields the most plausible text. The first use of an
 * encoding builds its tables, up to 100 ms, so the event loop gets a turn between any two.
 */
async function guessEncoding(bytes: Buffer): Promise<string> {
  const sample = bytes.subarray(0, SAMPLE_BYTES);
  const statistics = new Map(
    analyse(sample).map(({ name, confidence }) => [name.toLowerCase(), confidence / 100]),
  );
  const foreignCount = sample.filter((byte) => byte > 0x7f).length;
  let bestEncoding = 'windows-1252';
  let bestScore = Number.NEGATIVE_INFINITY;
  for (const encoding of CANDIDATE_ENCODINGS) {
    await yieldToEventLoop();
    const statisticsConfidence =
      statistics.get(encoding) ?? statistics.get(STATISTICS_NAMES[encoding] ?? '') ?? 0;
    const prior =
      encoding === 'windows-1252' ? WESTERN_BONUS : encoding.startsWith('windows-') ? WINDOWS_BONUS : 0;
    const score =
      toPlausibility(iconv.decode(sample, encoding), MULTIBYTE.test(encoding)) +
      statisticsConfidence * STATISTICS_WEIGHT +
      prior / Math.max(1, foreignCount);
    if (score > bestScore + 1e-9) {
      bestScore = score;
      bestEncoding = encoding;
    }
  }
  return bestEncoding;
}

/** Names of encodings in the statistics, if they differ. */
const STATISTICS_NAMES: Readonly<Record<string, string>> = {
  'windows-1252': 'iso-8859-1',
  'windows-1250': 'iso-8859-2',
  'windows-1254': 'iso-8859-9',
  'windows-1253': 'iso-8859-7',
  'windows-1255': 'iso-8859-8',
};

interface SequenceCounts {
  /** Number of well-formed non-ASCII UTF-8 sequences. */
  readonly sequenceCount: number;
  /** Number of non-ASCII bytes outside of them. */
  readonly strayCount: number;
}

/** Returns the length in bytes of the well-formed non-ASCII UTF-8 sequence at an index, or 0 if there is none. */
function sequenceLengthAt(data: Buffer, at: number): number {
  const lead = data[at] ?? 0;
  const length =
    lead >= 0xc2 && lead <= 0xdf
      ? 2
      : lead >= 0xe0 && lead <= 0xef
        ? 3
        : lead >= 0xf0 && lead <= 0xf4
          ? 4
          : 0;
  if (length === 0) return 0;
  for (let next = 1; next < length; next += 1) if (((data[at + next] ?? 0) & 0xc0) !== 0x80) return 0;
  const second = data[at + 1] ?? 0;
  const isOverlong = (lead === 0xe0 && second < 0xa0) || (lead === 0xf0 && second < 0x90);
  const isBeyond = (lead === 0xed && second > 0x9f) || (lead === 0xf4 && second > 0x8f);
  return isOverlong || isBeyond ? 0 : length;
}

function countSequences(data: Buffer): SequenceCounts {
  let sequenceCount = 0;
  let strayCount = 0;
  for (let at = 0; at < data.length; ) {
    const length = (data[at] ?? 0) > 0x7f ? sequenceLengthAt(data, at) : 1;
    if (length > 1) sequenceCount += 1;
    else if (length === 0) strayCount += 1;
    at += Math.max(1, length);
  }
  return { sequenceCount, strayCount };
}

/** Splits bytes into lines that include their line ends. */
function splitBytesIntoLines(data: Buffer): readonly Buffer[] {
  const lines: Buffer[] = [];
  for (let start = 0; start < data.length; ) {
    const end = data.indexOf(0x0a, start);
    lines.push(data.subarray(start, end < 0 ? data.length : end + 1));
    start = end < 0 ? data.length : end + 1;
  }
  return lines;
}

/** Decodes well-formed UTF-8 sequences as UTF-8 and the other bytes as windows-1252. */
function decodeMixed(line: Buffer): string {
  let text = '';
  let from = 0;
  for (let at = 0; at < line.length; ) {
    const length = (line[at] ?? 0) > 0x7f ? sequenceLengthAt(line, at) : 1;
    if (length === 0) {
      text += line.toString('utf8', from, at) + iconv.decode(line.subarray(at, at + 1), 'windows-1252');
      from = at + 1;
    }
    at += Math.max(1, length);
  }
  return text + line.toString('utf8', from);
}

/**
 * Decodes a text that is not valid UTF-8. If well-formed sequences are about as frequent as other non-ASCII bytes, it may
 * be damaged UTF-8, which is decoded line by line: well-formed lines and sequences as UTF-8, lines without any in the
 * likeliest legacy encoding. Otherwise, or if that is more plausible (Japanese bytes may look like UTF-8), the whole text
 * is in a legacy encoding.
 */
export async function decodeLegacy(data: Buffer): Promise<string> {
  const lines = splitBytesIntoLines(data);
  const foreignLines = lines.filter((line) => line.some((byte) => byte > 0x7f));
  const counts = foreignLines.map(countSequences);
  const sequenceCount = counts.reduce((sum, count) => sum + count.sequenceCount, 0);
  const strayCount = counts.reduce((sum, count) => sum + count.strayCount, 0);
  const sample = Buffer.concat(takeSample(foreignLines));
  const wholeEncoding = await guessEncoding(sample);
  if (sequenceCount * 2 < strayCount) return iconv.decode(data, wholeEncoding);
  const legacyLines = foreignLines.filter((_, at) => counts[at]?.sequenceCount === 0);
  const encoding =
    legacyLines.length === 0 ? 'windows-1252' : await guessEncoding(Buffer.concat(takeSample(legacyLines)));
  const decodeLine = (line: Buffer): string => {
    const count = countSequences(line);
    if (count.strayCount === 0) return line.toString('utf8');
    return count.sequenceCount === 0 ? iconv.decode(line, encoding) : decodeMixed(line);
  };
  const wholeText = iconv.decode(sample, wholeEncoding);
  const mixedText = takeSample(foreignLines).map(decodeLine).join('');
  const isWhole = toPlausibility(wholeText, MULTIBYTE.test(wholeEncoding)) > toPlausibility(mixedText, false);
  return isWhole ? iconv.decode(data, wholeEncoding) : lines.map(decodeLine).join('');
}

function takeSample(lines: readonly Buffer[]): readonly Buffer[] {
  let size = 0;
  return lines.filter((line) => {
    const isWithin = size < SAMPLE_BYTES;
    size += line.length;
    return isWithin;
  });
}

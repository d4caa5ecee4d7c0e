/**
 * Letters by which a language of text on screen is recognised, by Tesseract code: all of them must be known to
 * a recogniser that is to read the language. Languages that need only a-z have none.
 */
const MARKED_LETTERS: Readonly<Record<string, string>> = {
  afr: 'êë',
  ara: 'بتنمي',
  bel: 'ўіё',
  ben: 'কখগ',
  bos: 'čćđšž',
  bul: 'жщъ',
  cat: 'àçè',
  ces: 'čďěňřšťůž',
  chi_sim: '的一是不',
  chi_tra: '這個們為',
  dan: 'æøå',
  deu: 'äöüß',
  ell: 'αβγδ',
  eng: '',
  est: 'äõöü',
  fas: 'پچژگ',
  fin: 'äö',
  fra: 'àâçéèêëîôûù',
  heb: 'אבגד',
  hin: 'कखगघ',
  hrv: 'čćđšž',
  hun: 'áéíóöőúüű',
  ind: '',
  isl: 'ðþæ',
  ita: 'àèéìòù',
  jpn: 'あいのカタ',
  kor: '가나다의',
  lav: 'āčēģīķļņšūž',
  lit: 'ąčęėįšųūž',
  mkd: 'жќѓ',
  msa: '',
  nld: 'ë',
  nor: 'æøå',
  pol: 'ąćęłńóśźż',
  por: 'ãáâàçéêíóôõú',
  ron: 'ăâîșț',
  rus: 'жщыэю',
  slk: 'áäčďéíľňóôšťúýž',
  slv: 'čšž',
  spa: 'áéíñóúü¿¡',
  sqi: 'çë',
  srp: 'жђћџ',
  swa: '',
  swe: 'åäö',
  tam: 'கஙசஞ',
  tha: 'กขคง',
  tur: 'çğıİöşü',
  ukr: 'їієґ',
  urd: 'ٹڈڑے',
  vie: 'ăâđêôơưạế',
};

/** Lists the languages that a recogniser with these characters cannot read fully. Unknown codes are among them. */
export function findUnreadableLanguages(
  languages: readonly string[],
  characters: ReadonlySet<string>,
): readonly string[] {
  return languages.filter((code) => {
    const letters = MARKED_LETTERS[code];
    return letters === undefined || [...letters].some((letter) => !characters.has(letter));
  });
}

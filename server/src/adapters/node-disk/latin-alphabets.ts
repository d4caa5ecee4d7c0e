/** Accented lower-case letters of languages in Latin script. */
const ALPHABETS: readonly ReadonlySet<string>[] = [
  'äöüß',
  'àâæçéèêëîïôœùûüÿ',
  'áéíñóúü',
  'áàâãçéêíóôõúü',
  'àéèìíîòóùú',
  'åäöé',
  'æøåéòôó',
  'áæéíðóúýþö',
  'áčďéěíňóřšťúůýžľĺôŕä',
  'ąćęłńóśźż',
  'áéíóöőúüű',
  'ăâîșțşţ',
  'čćđšž',
  'çğıöşüâî',
  'ąčęėįšųūž',
  'āčēģīķļņšūž',
  'äõöüšž',
  'áàâãảạăắằẳẵặấầẩẫậđéèêẻẽẹếềểễệíìỉĩịóòôơỏõọốồổỗộớờởỡợúùưủũụứừửữựýỳỷỹỵ',
].map((letters) => new Set(letters));

/** Returns the largest share of accented Latin letters that one language explains, 0..1; undefined without such letters. */
export function findExplainedShare(letters: readonly string[]): number | undefined {
  if (letters.length === 0) return undefined;
  let most = 0;
  for (const alphabet of ALPHABETS) {
    const count = letters.filter((letter) => alphabet.has(letter)).length;
    most = Math.max(most, count);
  }
  return most / letters.length;
}

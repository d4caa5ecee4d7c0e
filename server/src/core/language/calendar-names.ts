const cache = new Map<string, readonly string[]>();

function listNames(
  code: string,
  key: 'month' | 'weekday',
  toDate: (index: number) => number,
): readonly string[] {
  const id = `${key} ${code}`;
  let names = cache.get(id);
  if (!names) {
    const format = new Intl.DateTimeFormat(code, { [key]: 'long', timeZone: 'UTC' });
    names = Array.from({ length: key === 'month' ? 12 : 7 }, (_, index) =>
      format.format(toDate(index)).toLowerCase(),
    );
    cache.set(id, names);
  }
  return names;
}

/** Returns the months' full names in a language, January first, lower-case. */
export function monthNames(code: string): readonly string[] {
  return listNames(code, 'month', (index) => Date.UTC(2024, index, 1));
}

/** Returns the weekdays' full names in a language, Sunday first, lower-case. */
export function weekdayNames(code: string): readonly string[] {
  // 7 January 2024 was a Sunday.
  return listNames(code, 'weekday', (index) => Date.UTC(2024, 0, 7 + index));
}

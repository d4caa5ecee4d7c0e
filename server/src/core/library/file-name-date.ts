/**
 * Matches a day with an optional time: `20230501_101522`, `2026-11-12 at 14.03.22`, `2023-05-01T10-15-22`.
 */
const DATE_PATTERN =
  /(?<!\d)(199\d|20\d{2})([-._]?)(0[1-9]|1[0-2])\2(0[1-9]|[12]\d|3[01])(?:(?:[ _T-]|, | at | um | à | a las | kl\. )?(?:WA\d+|(\d{1,2})([-._:h]?)(\d{2})(?:\6(\d{2}))?\d{0,3}(?:\s?([AP])M)?))?(?!\d)/iu;
/** Accepts only these years; other digits are not a date. */
const FIRST_YEAR = 1990;
const LAST_YEAR = 2099;
/** Matches dates with the day first: `12-11-2026` and `12.11.2026`. */
const DAY_FIRST_PATTERN = /(?<!\d)(\d{2})([-._])(\d{2})\2(\d{4})(?!\d)/u;

/**
 * Returns the time stated in a file name, in ms since 1970; undefined if the name contains no date. Cameras,
 * phones, screen recorders and meeting tools write one (`VID_20230501_101522`, `Screen Recording 2026-11-12
 * at 14.03.22`, `VID-20230501-WA0007`). Times are local, except UTC for Pixel phones and Zoom's `GMT`.
 */
export function parseDateInName(name: string): number | undefined {
  const text = name.slice(0, 255).normalize('NFKC');
  const match = DATE_PATTERN.exec(text);
  if (match === null) {
    const [, day, , month, year] = DAY_FIRST_PATTERN.exec(text) ?? [];
    return year === undefined ? undefined : toTimeMs([year, month, day].map(Number), [], false);
  }
  const [, year, , month, day, hour, , minute, second, half] = match;
  const isUtc = /^(?:PXL_|GMT)/i.test(text) || /^\d{0,3}Z\b/.test(text.slice(match.index + match[0].length));
  const hours =
    half === undefined ? Number(hour) : (Number(hour) % 12) + (half.toUpperCase() === 'P' ? 12 : 0);
  const time = hour === undefined ? [] : [hours, Number(minute), Number(second ?? 0)];
  return (
    toTimeMs([year, month, day].map(Number), time, isUtc) ??
    toTimeMs([year, month, day].map(Number), [], isUtc)
  );
}

function toTimeMs(date: readonly number[], time: readonly number[], isUtc: boolean): number | undefined {
  const [year = 0, month = 0, day = 0] = date;
  const [hour = 0, minute = 0, second = 0] = time;
  if (year < FIRST_YEAR || year > LAST_YEAR || month < 1 || month > 12 || day < 1) return undefined;
  if (hour > 23 || minute > 59 || second > 59 || day > new Date(year, month, 0).getDate()) return undefined;
  return isUtc
    ? Date.UTC(year, month - 1, day, hour, minute, second)
    : new Date(year, month - 1, day, hour, minute, second).getTime();
}

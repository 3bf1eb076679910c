/** A Japanese era (元号) from its first day; it lasts until the day before the next one's. */
interface Era {
  name: string
  letter: string
  from: Temporal.PlainDate
}

/**
 * Latest first. Meiji begins on 1 January of Meiji 6 (1873), when Japan took the Gregorian calendar: earlier
 * dates were counted in another calendar and cannot be converted by the year alone.
 */
const eras: readonly Era[] = [
  { name: '令和', letter: 'R', from: Temporal.PlainDate.from('2019-05-01') },
  { name: '平成', letter: 'H', from: Temporal.PlainDate.from('1989-01-08') },
  { name: '昭和', letter: 'S', from: Temporal.PlainDate.from('1926-12-25') },
  { name: '大正', letter: 'T', from: Temporal.PlainDate.from('1912-07-30') },
  { name: '明治', letter: 'M', from: Temporal.PlainDate.from('1873-01-01') },
]

/** The western year before the era's year 1. Meiji's is 1867, although the table starts later. */
const yearBefore = (era: Era): number => (era.letter === 'M' ? 1867 : era.from.year - 1)

/** The era of a day and the year within it (「令和」, 9), or undefined before Meiji 6 (1873). */
export function eraOf(date: Temporal.PlainDate): { name: string; year: number } | undefined {
  const era = eras.find((candidate) => Temporal.PlainDate.compare(candidate.from, date) <= 0)
  return era && { name: era.name, year: date.year - yearBefore(era) }
}

/** The western year that an era's year names (「令和」 or 「R」, 9 → 2027), whether or not the era lasted so long. */
export function westernYear(nameOrLetter: string, year: number): number | undefined {
  const era = eras.find(({ name, letter }) => nameOrLetter === name || nameOrLetter.toUpperCase() === letter)
  return era && yearBefore(era) + year
}

/** 「令和9年」, 「令和元年」; the western year alone (「1872年」) where no era is known. */
export function eraYearName(date: Temporal.PlainDate): string {
  const era = eraOf(date)
  return era ? `${era.name}${era.year === 1 ? '元' : era.year}年` : `${date.year}年`
}

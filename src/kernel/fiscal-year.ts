import { eraYearName } from './era.ts'

/** The fiscal year (年度) of a day, named by the western year in which it starts: 1 April to 31 March. */
export function fiscalYearOf(date: Temporal.PlainDate): number {
  return date.month >= 4 ? date.year : date.year - 1
}

/** 1 April of the fiscal year. */
export function fiscalYearStart(fiscalYear: number): Temporal.PlainDate {
  return Temporal.PlainDate.from({ year: fiscalYear, month: 4, day: 1 })
}

/** 31 March, the last day of the fiscal year. */
export function fiscalYearEnd(fiscalYear: number): Temporal.PlainDate {
  return Temporal.PlainDate.from({ year: fiscalYear + 1, month: 3, day: 31 })
}

/**
 * The 和暦 name of a fiscal year, 「令和9年度」. A year in which the era changed is named by the era in force at its
 * middle (1 October): 2019 is 令和元年度 throughout, as the ministries agreed on 1 April 2019 (改元に伴う元号による
 * 年表示の取扱いについて), and 1988 stays 昭和63年度.
 */
export function fiscalYearEraName(fiscalYear: number): string {
  return `${eraYearName(Temporal.PlainDate.from({ year: fiscalYear, month: 10, day: 1 }))}度`
}

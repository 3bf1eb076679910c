// The record as workbooks that Japanese Excel opens by double-click.
import writeExcelFile, { type Cell } from 'write-excel-file/node'
import type { OutgoingFile } from '../../../chat/chat.ts'
import { toDbDate } from '../../../db/time.ts'
import type { Person } from '../../../directory/people.ts'
import type { Language } from '../../../kernel/language.ts'
import type { SurveyFigures } from '../attendance/survey.ts'
import { textsIn as signUpTexts } from '../sign-up/texts.ts'
import { type Course, isDone } from '../state.ts'
import { courseName, stateWords } from '../words.ts'
import { type Figures, figuresBy, figuresOf, hours, hoursPerHead, percent } from './figures.ts'
import { departmentOf, type Entry, type Year } from './load.ts'
import { textsIn } from './texts.ts'

const mimeType = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'
const font = { fontFamily: 'Yu Gothic', fontSize: 11 }

const text = (value: string): Cell => ({ value, type: String })
const number = (value: number | null): Cell => (value === null ? null : { value, type: Number })
const date = (day: Temporal.PlainDate | null): Cell =>
  day ? { value: toDbDate(day), type: Date, format: 'yyyy/mm/dd' } : null
const titles = (values: readonly string[]): Cell[] =>
  values.map((value) => ({ value, type: String, fontWeight: 'bold', backgroundColor: '#E8EEF4' }))

interface Sheet {
  readonly name: string
  readonly head: readonly string[]
  readonly rows: readonly (readonly Cell[])[]
  readonly widths: readonly number[]
}

async function workbook(sheets: readonly Sheet[], name: string, comment: string): Promise<OutgoingFile> {
  const bytes = await writeExcelFile(
    sheets.map(({ name: sheet, head, rows, widths }) => ({
      data: [titles(head), ...rows.map((row) => [...row])],
      sheet,
      columns: head.map((_, n) => ({ width: widths[n] ?? 12 })),
      stickyRowsCount: 1,
    })),
    font,
  ).toBuffer()
  return { name, mimeType, bytes: new Uint8Array(bytes), comment }
}

const stamp = (day: Temporal.PlainDate) => day.toString().replaceAll('-', '')

/** One person's record. For others than themselves it holds what was done, not what was missed. */
export function recordSheet(
  person: Pick<Person, 'number' | 'name'>,
  section: string,
  entries: readonly Entry[],
  {
    zone,
    language,
    today,
    own,
  }: {
    readonly zone: string
    readonly language: Language
    readonly today: Temporal.PlainDate
    readonly own: boolean
  },
): Promise<OutgoingFile> {
  const t = textsIn(language).sheet
  const kinds = signUpTexts(language).kinds
  const rows = entries
    .filter(({ signUp }) => own || isDone(signUp))
    .map(({ signUp, course, session, on, minutes }): Cell[] => [
      text(person.number),
      text(person.name),
      text(section),
      number(course.fiscalYear),
      text(course.code),
      text(courseName(course, language)),
      text(kinds[course.kind]),
      date(on),
      number(hours(minutes)),
      text(stateWords(signUp, { zone, language, session: session ?? undefined })),
      text(signUp.recommendedById === null ? '' : textsIn(language).recommended),
    ])
  return workbook(
    [{ name: t.record, head: t.recordColumns, rows, widths: [12, 18, 20, 8, 14, 32, 18, 12, 8, 20, 16] }],
    own ? t.mineName(stamp(today)) : t.recordName(person.number, stamp(today)),
    t.recordComment,
  )
}

/** Training × section: how many have done it, and for how many it is mandatory. */
export function matrixSheet(year: Year, language: Language): Promise<OutgoingFile> {
  const t = textsIn(language).sheet
  const kinds = signUpTexts(language).kinds
  const sections = sectionsOf(year)
  const rows = year.courses.flatMap((course): Cell[][] => {
    const facts = year.facts.filter(({ courseId }) => courseId === course.id)
    const by = figuresBy(year.sectionOf, facts)
    const whole = figuresOf(year.sectionOf.size, facts)
    const row = (label: string, of: (figures: Figures) => number): Cell[] => [
      text(course.code),
      text(courseName(course, language)),
      text(kinds[course.kind]),
      text(label),
      number(of(whole)),
      ...sections.map(({ id }) => {
        const figures = by.get(id)
        return number(figures ? of(figures) : 0)
      }),
    ]
    return [
      row(t.doneRow, ({ done }) => done),
      ...(whole.duties > 0 ? [row(t.dutyRow, ({ duties }) => duties)] : []),
    ]
  })
  const head = [...t.matrixColumns, ...sections.map(({ name }) => name)]
  return workbook(
    [{ name: t.matrix, head, rows, widths: [14, 32, 18, 14, 10, ...sections.map(() => 14)] }],
    t.matrixName(year.fiscalYear, stamp(year.on)),
    t.matrixComment,
  )
}

/** The sections that have somebody, by code. */
export const sectionsOf = (year: Year): readonly { id: number; name: string }[] => {
  const held = new Set(year.sectionOf.values())
  return year.org
    .sections()
    .filter(({ id }) => held.has(id))
    .map(({ id, name }) => ({ id, name }))
}

export interface DepartmentFigures {
  readonly name: string
  readonly figures: Figures
}

/** The figures of each department, in the order of their codes. */
export function byDepartment(year: Year): readonly DepartmentFigures[] {
  const groupOf = new Map(
    [...year.sectionOf].map(([person, section]) => [person, departmentOf(year.org, section)?.id ?? 0]),
  )
  const by = figuresBy(groupOf, year.facts)
  return year.org.sections().flatMap(({ id, name }) => {
    const figures = by.get(id)
    return figures ? [{ name, figures }] : []
  })
}

/** The year for the policy review: by department, and by training with what was answered (from five answers on). */
export function yearSheet(
  year: Year,
  answers: ReadonlyMap<number, SurveyFigures>,
  language: Language,
): Promise<OutgoingFile> {
  const t = textsIn(language).sheet
  const kinds = signUpTexts(language).kinds
  const line = (name: string, f: Figures): Cell[] => [
    text(name),
    ...[
      f.staff,
      f.duties,
      f.dutiesDone,
      percent(f.dutiesDone, f.duties),
      f.done,
      hours(f.minutes),
      hoursPerHead(f),
      f.noShows,
      f.asked,
      f.answered,
      f.reportsOwed,
      f.reportsIn,
    ].map(number),
  ]
  const departments = byDepartment(year).map(({ name, figures }) => line(name, figures))
  const whole = figuresOf(year.sectionOf.size, year.facts)
  const courses = year.courses.map((course: Course): Cell[] => {
    const f = figuresOf(
      year.sectionOf.size,
      year.facts.filter(({ courseId }) => courseId === course.id),
    )
    const answered = answers.get(course.id)
    const mean = (value: number | undefined) =>
      number(value === undefined ? null : Math.round(value * 10) / 10)
    return [
      text(course.code),
      text(courseName(course, language)),
      text(kinds[course.kind]),
      number(f.done),
      number(f.duties),
      number(f.noShows),
      number(f.answered),
      mean(answered?.useful),
      mean(answered?.applied),
    ]
  })
  return workbook(
    [
      {
        name: t.year,
        head: t.yearColumns,
        rows: [...departments, line(t.whole, whole)],
        widths: [24, ...Array<number>(12).fill(14)],
      },
      { name: t.courses, head: t.courseColumns, rows: courses, widths: [14, 32, 18, 10, 12, 16, 14, 18, 18] },
    ],
    t.yearName(year.fiscalYear, stamp(year.on)),
    t.yearComment,
  )
}

// The year's trainings as HR sees them: one card of figures with a chart, one training by section, and the workbooks.

import type { Block, Card } from '../../../cards/card.ts'
import { inTransaction, type Tx } from '../../../db/transaction.ts'
import { type Answer, type Ask, giveFile, replaceWith, say } from '../../../intake/handler.ts'
import { fiscalYearOf } from '../../../kernel/fiscal-year.ts'
import { formatDateYear, formatFiscalYear } from '../../../kernel/format.ts'
import { cutText } from '../../../kernel/words.ts'
import type { Core } from '../../feature.ts'
import { type SurveyFigures, surveyFigures } from '../attendance/survey.ts'
import { notFound } from '../sign-up/scene.ts'
import { courseName } from '../words.ts'
import { figuresBy, figuresOf, hoursPerHead, percent } from './figures.ts'
import { loadYear, type Year } from './load.ts'
import { byDepartment, matrixSheet, sectionsOf, yearSheet } from './sheets.ts'
import { textsIn } from './texts.ts'

export const openYear = (year: number) => ({ id: 'trainings.figures', data: { year } })

/** Points of one chart; the rest is in the workbook. */
const mostBars = 20
const mostOptions = 90

const load = (core: Core, tx: Tx, ask: Ask, year: number) => loadYear(core, tx, ask.actor, year, ask.today)

/** Courses that anybody in sight has to do with: of others not even the name is shown. */
const coursesIn = (year: Year) => {
  const met = new Set(year.facts.map(({ courseId }) => courseId))
  return year.courses.filter(({ id }) => met.has(id))
}

function yearCard(year: Year, years: readonly number[], { language, actor }: Ask): Card {
  const t = textsIn(language)
  const whole = figuresOf(year.sectionOf.size, year.facts)
  const share = percent(whole.dutiesDone, whole.duties)
  const bars = byDepartment(year)
    .map(({ name, figures }) => ({ label: name, value: percent(figures.dutiesDone, figures.duties) }))
    .flatMap(({ label, value }) => (value === null ? [] : [{ label, value }]))
    .slice(0, mostBars)
  const blocks: Block[] = [
    { type: 'heading', text: t.figuresTitle(formatFiscalYear(year.fiscalYear, language)) },
    { type: 'context', text: t.figuresAsOf(formatDateYear(year.on, language), year.sectionOf.size) },
    {
      type: 'facts',
      facts: [
        { label: t.facts.share, value: t.percent(share) },
        { label: t.facts.hours, value: textsIn(language).hours(String(hoursPerHead(whole))) },
        { label: t.facts.done, value: t.count(whole.done) },
        { label: t.facts.noShows, value: t.count(whole.noShows) },
        { label: t.facts.answers, value: t.percent(percent(whole.answered, whole.asked)) },
        { label: t.facts.reports, value: t.percent(percent(whole.reportsIn, whole.reportsOwed)) },
      ],
    },
    bars.length > 0
      ? {
          type: 'chart',
          shape: 'bar',
          title: t.chartTitle,
          series: bars,
          text: bars.map(({ label, value }) => `${label} ${value}%`).join('、'),
        }
      : { type: 'context', text: t.chartNone },
  ]
  const courses = coursesIn(year).slice(0, mostOptions)
  if (courses.length > 0)
    blocks.push({
      type: 'select',
      label: t.byCourse,
      action: { id: 'trainings.figures-course', data: {} },
      options: courses.map((course) => ({
        value: String(course.id),
        label: cutText(courseName(course, language), 70),
      })),
    })
  if (years.length > 1)
    blocks.push({
      type: 'select',
      label: t.byYear,
      action: { id: 'trainings.figures-of', data: {} },
      options: years.map((each) => ({ value: String(each), label: formatFiscalYear(each, language) })),
      selected: String(year.fiscalYear),
    })
  blocks.push({
    type: 'buttons',
    buttons: [
      { label: t.figuresFile, action: { id: 'trainings.figures-file', data: { year: year.fiscalYear } } },
      { label: t.matrixFile, action: { id: 'trainings.matrix-file', data: { year: year.fiscalYear } } },
      ...(actor.grants.some(({ role }) => role === 'hr')
        ? [{ label: t.onePerson, action: { id: 'trainings.history-find', data: {} } }]
        : []),
    ],
  })
  return { summary: t.figuresSummary, blocks }
}

export const showYear = (
  core: Core,
  ask: Ask,
  wanted?: number,
  place: 'new' | 'replace' = 'replace',
): Promise<Answer> =>
  inTransaction(core.db, async (tx) => {
    const present = fiscalYearOf(ask.today)
    const fiscalYear = wanted ?? present
    const kept = await tx.course.findMany({ distinct: ['fiscalYear'], select: { fiscalYear: true } })
    const years = [...new Set([present, ...kept.map((each) => each.fiscalYear)])].toSorted((a, b) => b - a)
    const card = yearCard(await load(core, tx, ask, fiscalYear), years, ask)
    return (place === 'new' ? say : replaceWith)(card, openYear(fiscalYear))
  })

/** One training by section, as a chart and in words. */
export const showCourse = (core: Core, ask: Ask, courseId: number): Promise<Answer> =>
  inTransaction(core.db, async (tx) => {
    const { language } = ask
    const t = textsIn(language)
    const found = await tx.course.findUnique({ where: { id: courseId }, select: { fiscalYear: true } })
    if (!found) throw notFound()
    const year = await load(core, tx, ask, found.fiscalYear)
    const course = coursesIn(year).find(({ id }) => id === courseId)
    if (!course) throw notFound()
    const facts = year.facts.filter((fact) => fact.courseId === courseId)
    const by = figuresBy(year.sectionOf, facts)
    const lines = sectionsOf(year).flatMap(({ id, name }) => {
      const figures = by.get(id)
      return figures && (figures.done > 0 || figures.duties > 0) ? [{ name, figures }] : []
    })
    const whole = figuresOf(year.sectionOf.size, facts)
    const words = lines.map(({ name, figures }) => `${name}: ${t.courseLine(figures.done, figures.duties)}`)
    const blocks: Block[] = [
      {
        type: 'heading',
        text: t.courseTitle(courseName(course, language), formatFiscalYear(year.fiscalYear, language)),
      },
      { type: 'text', text: t.courseLine(whole.done, whole.duties) },
    ]
    if (lines.length > 0)
      blocks.push(
        {
          type: 'chart',
          shape: 'bar',
          title: t.chartCourse,
          series: lines.slice(0, mostBars).map(({ name, figures }) => ({ label: name, value: figures.done })),
          text: words.slice(0, mostBars).join('\n'),
        },
        { type: 'list', rows: words.slice(0, mostBars).map((text) => ({ text })) },
      )
    blocks.push({ type: 'buttons', buttons: [{ label: t.back, action: openYear(year.fiscalYear) }] })
    return replaceWith(
      { summary: t.figuresSummary, blocks },
      { id: 'trainings.figures-course', data: { course: courseId } },
    )
  })

export const giveMatrix = (core: Core, ask: Ask, fiscalYear: number): Promise<Answer> =>
  inTransaction(core.db, async (tx) => {
    const year = await load(core, tx, ask, fiscalYear)
    return giveFile(await matrixSheet({ ...year, courses: coursesIn(year) }, ask.language))
  })

export const giveYear = (core: Core, ask: Ask, fiscalYear: number): Promise<Answer> =>
  inTransaction(core.db, async (tx) => {
    const year = await load(core, tx, ask, fiscalYear)
    const courses = coursesIn(year)
    const answers = await tx.surveyAnswer.findMany({
      where: { courseId: { in: courses.map(({ id }) => id) } },
    })
    const found = new Map(
      [...Map.groupBy(answers, ({ courseId }) => courseId)].flatMap(
        ([id, those]): [number, SurveyFigures][] => {
          const figures = surveyFigures(those)
          return figures ? [[id, figures]] : []
        },
      ),
    )
    return giveFile(await yearSheet({ ...year, courses }, found, ask.language))
  })

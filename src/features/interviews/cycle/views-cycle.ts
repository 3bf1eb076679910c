import type { Block, Card, Row } from '../../../cards/card.ts'
import { formatDate, formatDateYear } from '../../../kernel/format.ts'
import type { Language } from '../../../kernel/language.ts'
import type { Cycle, Step } from '../state.ts'
import type { CyclePlan } from './repository.ts'
import type { CycleProblem } from './rules.ts'
import { button, dayProblemText, named, noteBlocks, paged, texts } from './views-common.ts'

export interface ListShown {
  readonly cycles: readonly (Cycle & { readonly startsOn: Temporal.PlainDate })[]
  readonly page: number
  /** HR of the whole city: may create and change. */
  readonly whole: boolean
  readonly note?: string
}

export function listCard(shown: ListShown, language: Language): Card {
  const t = texts(language)
  const page = paged(shown.cycles, shown.page, language, (to) => ({
    id: 'interviews.cycles',
    data: { page: to },
  }))
  return {
    language,
    summary: t.list.summary,
    blocks: [
      ...noteBlocks(shown.note),
      { type: 'heading', text: t.list.heading },
      shown.cycles.length === 0
        ? { type: 'text', text: t.list.none }
        : {
            type: 'list',
            rows: page.items.map((cycle) => ({
              text: named(cycle, language),
              detail: t.list.detail(t.status[cycle.status], formatDateYear(cycle.startsOn, language)),
              button: button(t.list.open, 'cycle', { cycle: cycle.id }),
            })),
          },
      ...page.blocks,
      ...(shown.whole
        ? [
            {
              type: 'buttons' as const,
              buttons: [
                button(t.list.create, 'cycle-new', undefined, { style: 'primary' }),
                button(t.list.rules, 'cycle-rules'),
              ],
            },
          ]
        : []),
    ],
  }
}

export interface Choices {
  readonly grades: readonly { readonly rank: number; readonly name: string }[]
  readonly employmentKinds: readonly { readonly id: number; readonly name: string }[]
}

export interface CycleShown {
  readonly cycle: CyclePlan
  readonly problems: readonly CycleProblem[]
  readonly counts: readonly { readonly stepId: number; readonly status: string; readonly count: number }[]
  readonly choices: Choices
  readonly whole: boolean
  readonly note?: string
}

/** One plan: what it is, its interviews, and what can be done with it in its present state. */
export function cycleCard(shown: CycleShown, language: Language): Card {
  const { cycle } = shown
  const t = texts(language)
  const name = named(cycle, language)
  return {
    language,
    summary: t.cycle.summary(name, t.status[cycle.status]),
    blocks: [
      ...noteBlocks(shown.note),
      { type: 'heading', text: t.cycle.summary(name, t.status[cycle.status]) },
      {
        type: 'facts',
        facts: [
          {
            label: t.cycle.period,
            value: t.span(formatDateYear(cycle.startsOn, language), formatDateYear(cycle.endsOn, language)),
          },
          { label: t.cycle.who, value: whoText(cycle, shown.choices, language) },
        ],
      },
      cycle.steps.length === 0
        ? { type: 'text', text: t.cycle.noSteps }
        : { type: 'list', rows: cycle.steps.map((step) => stepRow(step, shown, language)) },
      ...(cycle.status === 'draft' ? problemBlocks(shown.problems, language) : []),
      ...buttonsOf(shown, language),
    ],
  }
}

function stepRow(step: Step, shown: CycleShown, language: Language): Row {
  const t = texts(language).cycle
  const count = (...statuses: string[]) =>
    shown.counts
      .filter((one) => one.stepId === step.id && statuses.includes(one.status))
      .reduce((sum, one) => sum + one.count, 0)
  const detail =
    step.status === 'cancelled'
      ? t.stepCancelled
      : shown.cycle.status === 'draft'
        ? t.stepDetail(
            texts(language).rule[step.conductorRule],
            formatDate(step.recordDate, language),
            step.minutes,
          )
        : t.stepCounts(count('held'), count('booked'), count('waiting', 'suspended', 'unclear'))
  return {
    text: t.stepLine(
      named(step, language),
      texts(language).span(formatDate(step.opensOn, language), formatDate(step.deadline, language)),
    ),
    detail: [detail, ...marksOf(step, language)].join('\n'),
    ...(shown.whole && { button: button(t.view, 'step', { step: step.id }) }),
  }
}

/** When its results are disclosed, and whether one meeting may serve another plan too. */
function marksOf(step: Step, language: Language): string[] {
  const t = texts(language).cycle
  const marks = [
    ...(step.disclosedOn ? [t.disclosed(formatDate(step.disclosedOn, language))] : []),
    ...(step.shared ? [t.shared] : []),
  ]
  return step.status === 'open' && marks.length > 0 ? [marks.join(language === 'ja' ? '・' : ', ')] : []
}

/** The conditions of participation, in one line each. */
export function whoText(cycle: CyclePlan, choices: Choices, language: Language): string {
  const t = texts(language).participation
  const {
    gradeFrom,
    gradeTo,
    employmentKindIds,
    minServiceMonths,
    hiredBy,
    hiredSince,
    exemptIds,
    lateJoiners,
  } = cycle.participation
  const grade = (rank: number | null) =>
    rank === null ? '' : (choices.grades.find((one) => one.rank === rank)?.name ?? String(rank))
  const kinds = choices.employmentKinds.filter((kind) => employmentKindIds?.includes(kind.id))
  const lines = [
    ...(gradeFrom !== null || gradeTo !== null ? [t.grades(grade(gradeFrom), grade(gradeTo))] : []),
    ...(employmentKindIds === null ? [] : [t.kindsAre(kinds.map((kind) => kind.name))]),
    ...(minServiceMonths === null ? [] : [t.monthsAre(minServiceMonths)]),
    ...(hiredSince === null
      ? []
      : [t.hiredSinceIs(formatDateYear(Temporal.PlainDate.from(hiredSince), language))]),
    ...(hiredBy === null ? [] : [t.hiredByIs(formatDateYear(Temporal.PlainDate.from(hiredBy), language))]),
  ]
  return [
    ...(lines.length === 0 ? [t.everybody] : lines),
    ...(exemptIds.length === 0 ? [] : [t.exemptAre(exemptIds.length)]),
    lateJoiners ? t.joinersAre.yes : t.joinersAre.no,
  ].join('\n')
}

function problemText(problem: CycleProblem, language: Language): string {
  const t = texts(language).problem
  switch (problem.code) {
    case 'no-steps':
      return t.noSteps
    case 'deadline':
      return t.of(
        named(problem.step, language),
        dayProblemText(problem.problem, problem.step.deadline, language),
      )
    case 'record-date-outside':
      return t.of(named(problem.step, language), t.recordOutside)
    case 'order':
      return t.of(named(problem.step, language), t.order)
    default:
      return problem satisfies never
  }
}

/** What must be put right, then what deserves a look; nothing when all is well. */
export function problemBlocks(problems: readonly CycleProblem[], language: Language): Block[] {
  const t = texts(language).cycle
  const lines = (blocks: boolean) =>
    problems.filter((one) => one.blocks === blocks).map((one) => `・${problemText(one, language)}`)
  const [before, look] = [lines(true), lines(false)]
  return [
    ...(before.length > 0 ? [{ type: 'text' as const, text: [t.before, ...before].join('\n') }] : []),
    ...(look.length > 0 ? [{ type: 'context' as const, text: [t.look, ...look].join('\n') }] : []),
  ]
}

function buttonsOf({ cycle, whole }: CycleShown, language: Language): Block[] {
  const t = texts(language).cycle
  const id = { cycle: cycle.id }
  const seen = { ...id, seen: cycle.seen }
  const preview = button(t.preview, 'cycle-preview', { ...id, page: 0 }, { style: 'primary' })
  const back = button(t.back, 'cycles', { page: 0 })
  const exempt = button(t.exempt, 'cycle-exempt', id)
  const row = (...buttons: ReturnType<typeof button>[]): Block => ({ type: 'buttons', buttons })
  if (!whole) return cycle.status === 'cancelled' ? [row(back)] : [row(preview, back)]
  switch (cycle.status) {
    case 'draft':
      return [
        { type: 'context', text: t.draftNext },
        row(preview, button(t.participation, 'cycle-who', seen), button(t.addStep, 'step-edit', seen)),
        row(
          exempt,
          button(t.rename, 'cycle-name', seen),
          button(t.delete, 'cycle-drop', seen, { confirm: t.confirmDelete }),
          back,
        ),
      ]
    case 'open':
      return [
        row(preview, exempt),
        row(
          button(t.close, 'cycle-close', seen, { confirm: t.confirmClose }),
          button(t.cancel, 'cycle-cancel', seen, { style: 'danger', confirm: t.confirmCancel }),
          back,
        ),
      ]
    case 'closed':
      return [row(button(t.reopen, 'cycle-reopen', seen), back)]
    case 'cancelled':
      return [row(back)]
    default:
      return cycle.status satisfies never
  }
}

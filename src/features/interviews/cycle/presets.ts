// Years as cities run them, as data: HR picks one, edits it and starts it. `domain.md`, "The year".
import { type WorkingCalendar, workingDayOnOrAfter, workingDayOnOrBefore } from '../../../kernel/calendar.ts'
import { fiscalYearEnd, fiscalYearStart } from '../../../kernel/fiscal-year.ts'
import { formatFiscalYear } from '../../../kernel/format.ts'
import type { Bilingual } from '../../../kernel/language.ts'
import type { ConductorRule, StepKind } from '../state.ts'

type MonthDay = readonly [month: number, day: number]

interface PresetStep {
  readonly kind: StepKind
  readonly name: Bilingual
  readonly opens: MonthDay
  readonly deadline: MonthDay
  readonly record: MonthDay
  readonly rule: ConductorRule
  readonly prepare: Bilingual
}

const goal: PresetStep = {
  kind: 'goal',
  name: { ja: '目標設定面談', en: 'Goal interview' },
  opens: [5, 1],
  deadline: [5, 31],
  record: [4, 1],
  rule: 'present',
  prepare: {
    ja: '今年度の業務目標の案をご用意ください。',
    en: 'Please bring a draft of your goals for this year.',
  },
}
const mid: PresetStep = {
  kind: 'mid',
  name: { ja: '中間面談', en: 'Mid-year interview' },
  opens: [9, 1],
  deadline: [9, 30],
  record: [9, 1],
  rule: 'present',
  prepare: {
    ja: '目標の進み具合と、困っていることを簡単に整理しておいてください。',
    en: 'Please think through how your goals are going and what stands in the way.',
  },
}
const evaluation: PresetStep = {
  kind: 'evaluation',
  name: { ja: '評価面談', en: 'Evaluation interview' },
  opens: [2, 1],
  deadline: [2, 28],
  record: [2, 1],
  rule: 'record_date',
  prepare: {
    ja: '自己評価を記入し、面談の前日までに提出してください。',
    en: 'Please hand in your self-evaluation by the day before.',
  },
}
/** Belongs to the evaluator of the record date, even after an April transfer. */
const feedback: PresetStep = {
  kind: 'feedback',
  name: { ja: '期末面談', en: 'Feedback interview' },
  opens: [3, 1],
  deadline: [3, 31],
  record: [3, 1],
  rule: 'record_date',
  prepare: {
    ja: '評価の結果をお伝えします。ご準備は要りません。',
    en: 'The result is explained to you. There is nothing to prepare.',
  },
}

export type PresetId = 'four-steps' | 'two-steps' | 'one-step'

interface Preset {
  readonly name: Bilingual
  readonly cycleName: Bilingual
  readonly steps: readonly PresetStep[]
}

export const presets: Readonly<Record<PresetId, Preset>> = {
  'four-steps': {
    name: {
      ja: '年4回（5月・9月・2月・3月）',
      en: 'Four times a year (May, September, February, March)',
    },
    cycleName: { ja: '人事評価', en: 'evaluation' },
    steps: [goal, mid, evaluation, feedback],
  },
  'two-steps': {
    name: { ja: '年2回（5月・2月）', en: 'Twice a year (May, February)' },
    cycleName: { ja: '人事評価', en: 'evaluation' },
    steps: [goal, evaluation],
  },
  'one-step': {
    name: { ja: '1回のみ（10月）', en: 'Once (October)' },
    cycleName: { ja: '面談', en: 'interviews' },
    steps: [
      {
        kind: 'other',
        name: { ja: '面談', en: 'Interview' },
        opens: [10, 1],
        deadline: [10, 31],
        record: [10, 1],
        rule: 'present',
        prepare: { ja: '', en: '' },
      },
    ],
  },
}

export const presetIds = ['four-steps', 'two-steps', 'one-step'] as const satisfies readonly PresetId[]

/** A step before it has an id. */
export interface StepDraft {
  readonly kind: StepKind
  readonly name: string
  readonly nameEn: string
  readonly opensOn: Temporal.PlainDate
  readonly deadline: Temporal.PlainDate
  readonly recordDate: Temporal.PlainDate
  readonly conductorRule: ConductorRule
  readonly minutes: number
  readonly prepare: string
  readonly prepareEn: string
}

export interface CycleDraft {
  readonly name: string
  readonly nameEn: string
  readonly startsOn: Temporal.PlainDate
  readonly endsOn: Temporal.PlainDate
  readonly steps: readonly StepDraft[]
}

/**
 * The preset in a fiscal year, windows and deadlines on working days of the city's calendar: it opens on or after the
 * day, it is due on or before it. Errors as the calendar's.
 */
export function draftFrom(id: PresetId, fiscalYear: number, calendar: WorkingCalendar): CycleDraft {
  const preset = presets[id]
  const inYear = ([month, day]: MonthDay) =>
    Temporal.PlainDate.from({ year: month >= 4 ? fiscalYear : fiscalYear + 1, month, day })
  return {
    name: `${formatFiscalYear(fiscalYear, 'ja')} ${preset.cycleName.ja}`,
    nameEn: `${formatFiscalYear(fiscalYear, 'en')} ${preset.cycleName.en}`,
    startsOn: fiscalYearStart(fiscalYear),
    endsOn: fiscalYearEnd(fiscalYear),
    steps: preset.steps.map((step) => ({
      kind: step.kind,
      name: step.name.ja,
      nameEn: step.name.en,
      opensOn: workingDayOnOrAfter(calendar, inYear(step.opens)),
      deadline: workingDayOnOrBefore(calendar, inYear(step.deadline)),
      recordDate: inYear(step.record),
      conductorRule: step.rule,
      minutes: 30,
      prepare: step.prepare.ja,
      prepareEn: step.prepare.en,
    })),
  }
}

// Years as cities run them, as data: HR picks one, edits it and starts it. `domain.md`, "The year".
import { type WorkingCalendar, workingDayOnOrAfter, workingDayOnOrBefore } from '../../../kernel/calendar.ts'
import { fiscalYearEnd, fiscalYearStart } from '../../../kernel/fiscal-year.ts'
import { formatFiscalYear } from '../../../kernel/format.ts'
import type { Bilingual } from '../../../kernel/language.ts'
import type { ConductorRule, StepKind } from '../state.ts'

/** A day of the fiscal year, which begins in April; `later`: so many fiscal years on (a half year closed in April). */
type MonthDay = readonly [month: number, day: number, later?: number]

interface PresetStep {
  readonly kind: StepKind
  readonly name: Bilingual
  readonly opens: MonthDay
  readonly deadline: MonthDay
  readonly record: MonthDay
  readonly rule: ConductorRule
  readonly prepare: Bilingual
  /** May be one meeting with a step of another cycle. */
  readonly shared?: true
  /** 開示 */
  readonly disclosed?: MonthDay
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

const halfGoals: Bilingual = {
  ja: 'この半期の業務目標の案をご用意ください。',
  en: 'Please bring a draft of your goals for these six months.',
}
const halfResult: Bilingual = {
  ja: '半期の成果を簡単に整理しておいてください。',
  en: 'Please think through what these six months have brought.',
}
const abilities: Bilingual = {
  ja: '期待される行動について、できていること・伸ばしたいことを考えておいてください。',
  en: 'Please think of what is expected of you: what goes well, and what you want to grow in.',
}
const probation = (opens: MonthDay, deadline: MonthDay, record: MonthDay): PresetStep => ({
  kind: 'evaluation',
  name: { ja: '条件付採用の面談', en: 'Interview of new hires' },
  opens,
  deadline,
  record,
  rule: 'present',
  prepare: {
    ja: '採用からの5か月を振り返り、できるようになったこと・困っていることを整理しておいてください。',
    en: 'Please look back on your first five months: what you can do by now, and what is difficult.',
  },
})

/** In the order in which they are offered. */
export const presetIds = [
  'four-steps',
  'two-steps',
  'one-step',
  'performance-first',
  'performance-second',
  'ability-april',
  'ability-october',
  'new-hires-april',
  'new-hires-october',
] as const
export type PresetId = (typeof presetIds)[number]

interface Preset {
  readonly name: Bilingual
  readonly cycleName: Bilingual
  readonly kind?: 'performance' | 'ability'
  /** First and last day; the fiscal year where absent. */
  readonly span?: readonly [MonthDay, MonthDay]
  /** Only who was hired in these days takes part. */
  readonly hired?: readonly [MonthDay, MonthDay]
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
  // 業績評価 by half years: what ends in October and what begins then may be one meeting, as in April.
  'performance-first': {
    name: { ja: '業績評価 上期（4月〜9月）', en: 'Performance, first half (April to September)' },
    cycleName: { ja: '業績評価 上期', en: 'performance, first half' },
    kind: 'performance',
    span: [
      [4, 1],
      [9, 30],
    ],
    steps: [
      {
        kind: 'goal',
        name: { ja: '上期 期首面談', en: 'Goals of the first half' },
        opens: [4, 15],
        deadline: [5, 15],
        record: [4, 1],
        rule: 'present',
        prepare: halfGoals,
        shared: true,
      },
      {
        kind: 'evaluation',
        name: { ja: '上期 評価面談', en: 'Evaluation of the first half' },
        opens: [10, 1],
        deadline: [10, 31],
        record: [9, 30],
        rule: 'record_date',
        prepare: halfResult,
        shared: true,
        disclosed: [11, 15],
      },
    ],
  },
  'performance-second': {
    name: { ja: '業績評価 下期（10月〜3月）', en: 'Performance, second half (October to March)' },
    cycleName: { ja: '業績評価 下期', en: 'performance, second half' },
    kind: 'performance',
    span: [
      [10, 1],
      [3, 31],
    ],
    steps: [
      {
        kind: 'goal',
        name: { ja: '下期 期首面談', en: 'Goals of the second half' },
        opens: [10, 1],
        deadline: [10, 31],
        record: [10, 1],
        rule: 'present',
        prepare: halfGoals,
        shared: true,
      },
      {
        kind: 'evaluation',
        name: { ja: '下期 評価面談', en: 'Evaluation of the second half' },
        // After the April transfer it is still the evaluator of March who conducts it.
        opens: [4, 1, 1],
        deadline: [4, 30, 1],
        record: [3, 31],
        rule: 'record_date',
        prepare: halfResult,
        shared: true,
        disclosed: [5, 15, 1],
      },
    ],
  },
  'ability-april': {
    name: { ja: '能力評価（4月〜3月）', en: 'Ability (April to March)' },
    cycleName: { ja: '能力評価', en: 'ability' },
    kind: 'ability',
    steps: [
      {
        kind: 'mid',
        name: { ja: '能力評価 中間面談', en: 'Ability, half-way' },
        opens: [10, 1],
        deadline: [10, 31],
        record: [10, 1],
        rule: 'present',
        prepare: abilities,
        shared: true,
      },
      {
        kind: 'evaluation',
        name: { ja: '能力評価 評価面談', en: 'Ability, evaluation' },
        opens: [2, 1],
        deadline: [2, 28],
        record: [2, 1],
        rule: 'record_date',
        prepare: abilities,
        disclosed: [3, 15],
      },
    ],
  },
  'ability-october': {
    name: { ja: '能力評価（10月〜9月）', en: 'Ability (October to September)' },
    cycleName: { ja: '能力評価（10月期）', en: 'ability, from October' },
    kind: 'ability',
    span: [
      [10, 1],
      [9, 30, 1],
    ],
    steps: [
      {
        kind: 'goal',
        name: { ja: '能力評価 期首面談', en: 'Ability, beginning' },
        opens: [10, 1],
        deadline: [10, 31],
        record: [10, 1],
        rule: 'present',
        prepare: abilities,
        shared: true,
      },
      {
        kind: 'evaluation',
        name: { ja: '能力評価 評価面談', en: 'Ability, evaluation' },
        opens: [8, 1, 1],
        deadline: [8, 31, 1],
        record: [8, 1, 1],
        rule: 'record_date',
        prepare: abilities,
        disclosed: [9, 15, 1],
      },
    ],
  },
  // 条件付採用 ends after six months (地方公務員法22条): it is talked about at five.
  'new-hires-april': {
    name: { ja: '新規採用者 5か月（4月採用・9月）', en: 'New hires at five months (April, in September)' },
    cycleName: { ja: '条件付採用（4月採用）', en: 'new hires of April' },
    hired: [
      [4, 1],
      [4, 30],
    ],
    steps: [probation([9, 1], [9, 15], [9, 1])],
  },
  'new-hires-october': {
    name: { ja: '新規採用者 5か月（10月採用・3月）', en: 'New hires at five months (October, in March)' },
    cycleName: { ja: '条件付採用（10月採用）', en: 'new hires of October' },
    hired: [
      [10, 1],
      [10, 31],
    ],
    steps: [probation([3, 1], [3, 15], [3, 1])],
  },
}

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
  readonly shared?: boolean
  readonly disclosedOn?: Temporal.PlainDate | null
}

export interface CycleDraft {
  readonly name: string
  readonly nameEn: string
  readonly startsOn: Temporal.PlainDate
  readonly endsOn: Temporal.PlainDate
  readonly steps: readonly StepDraft[]
  readonly kind?: 'performance' | 'ability'
  readonly participation?: { readonly hiredSince: string; readonly hiredBy: string }
}

/**
 * The preset in a fiscal year, windows and deadlines on working days of the city's calendar: it opens on or after the
 * day, it is due on or before it. Errors as the calendar's.
 */
export function draftFrom(id: PresetId, fiscalYear: number, calendar: WorkingCalendar): CycleDraft {
  const preset = presets[id]
  const inYear = ([month, day, later = 0]: MonthDay) =>
    Temporal.PlainDate.from({ year: (month >= 4 ? fiscalYear : fiscalYear + 1) + later, month, day })
  const { span, hired, kind } = preset
  return {
    name: `${formatFiscalYear(fiscalYear, 'ja')} ${preset.cycleName.ja}`,
    nameEn: `${formatFiscalYear(fiscalYear, 'en')} ${preset.cycleName.en}`,
    startsOn: span ? inYear(span[0]) : fiscalYearStart(fiscalYear),
    endsOn: span ? inYear(span[1]) : fiscalYearEnd(fiscalYear),
    ...(kind && { kind }),
    ...(hired && {
      participation: { hiredSince: inYear(hired[0]).toString(), hiredBy: inYear(hired[1]).toString() },
    }),
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
      ...(step.shared && { shared: true }),
      ...(step.disclosed && { disclosedOn: workingDayOnOrAfter(calendar, inYear(step.disclosed)) }),
    })),
  }
}

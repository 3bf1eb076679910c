import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { cityCalendar, isWorkingDay } from '../../../kernel/calendar.ts'
import type { Step } from '../state.ts'
import { upcoming } from './handlers-plan.ts'
import { type Candidate, exemptFrom, participationSchema, planInterviews } from './participation.ts'
import { draftFrom, presetIds } from './presets.ts'
import { deadlineProblem, problemsOf } from './rules.ts'

const day = (iso: string) => Temporal.PlainDate.from(iso)

describe('presets', () => {
  test('the four steps of 令和9年度 stand where the town has them, on working days', () => {
    const draft = draftFrom('four-steps', 2027, cityCalendar)
    expect(draft.name).toBe('令和9年度 人事評価')
    expect(draft.steps.map((step) => [step.name, `${step.opensOn}`, `${step.deadline}`])).toEqual([
      ['目標設定面談', '2027-05-06', '2027-05-31'],
      ['中間面談', '2027-09-01', '2027-09-30'],
      ['評価面談', '2028-02-01', '2028-02-28'],
      ['期末面談', '2028-03-01', '2028-03-31'],
    ])
  })

  test('in every year of every preset deadlines are working days within a window, in order', () => {
    fc.assert(
      fc.property(fc.constantFrom(...presetIds), fc.integer({ min: 2024, max: 2028 }), (id, year) => {
        const draft = draftFrom(id, year, cityCalendar)
        for (const step of draft.steps) {
          expect(isWorkingDay(cityCalendar, step.deadline)).toBe(true)
          expect(isWorkingDay(cityCalendar, step.opensOn)).toBe(true)
          expect(Temporal.PlainDate.compare(step.opensOn, step.deadline)).toBeLessThan(0)
        }
        const steps = draft.steps.map(
          (step, index): Step => ({
            ...step,
            id: index + 1,
            ordinal: index + 1,
            status: 'open',
          }),
        )
        expect(problemsOf({ ...draft, steps }, cityCalendar, draft.startsOn)).toEqual([])
      }),
    )
  })

  test('half years and years of ability overlap: what ends in October or April may be one meeting with what begins', () => {
    const of = (id: (typeof presetIds)[number]) => {
      const { startsOn, endsOn, steps } = draftFrom(id, 2027, cityCalendar)
      const shared = steps.map((step) => `${step.opensOn}/${step.deadline}${step.shared ? ' shared' : ''}`)
      return [`${startsOn}/${endsOn}`, ...shared]
    }
    expect(of('performance-first')).toEqual([
      '2027-04-01/2027-09-30',
      '2027-04-15/2027-05-14 shared',
      '2027-10-01/2027-10-29 shared',
    ])
    // It is closed in April of the next fiscal year, by the evaluator of March.
    expect(of('performance-second')).toEqual([
      '2027-10-01/2028-03-31',
      '2027-10-01/2027-10-29 shared',
      '2028-04-03/2028-04-28 shared',
    ])
    expect(of('ability-october')).toEqual([
      '2027-10-01/2028-09-30',
      '2027-10-01/2027-10-29 shared',
      '2028-08-01/2028-08-31',
    ])
    const probation = draftFrom('new-hires-april', 2027, cityCalendar)
    expect(probation.participation).toEqual({ hiredSince: '2027-04-01', hiredBy: '2027-04-30' })
    expect(probation.steps.map(({ opensOn, deadline }) => `${opensOn}/${deadline}`)).toEqual([
      '2027-09-01/2027-09-15',
    ])
  })

  test('in November what would be overdue at once is left out', () => {
    const { draft, over } = upcoming(draftFrom('four-steps', 2026, cityCalendar), day('2026-11-20'))
    expect(draft.steps.map((step) => step.name)).toEqual(['評価面談', '期末面談'])
    expect(over.map((step) => step.name)).toEqual(['目標設定面談', '中間面談'])
  })
})

describe('deadlines', () => {
  const today = day('2027-04-01')
  test('on a closed day the working days around it are named', () => {
    expect(deadlineProblem(day('2027-05-30'), null, cityCalendar, today)).toEqual({
      code: 'closed',
      earlier: day('2027-05-28'),
      next: day('2027-05-31'),
    })
  })
  test('the past, a day before the window and an unknown year are told apart', () => {
    expect(deadlineProblem(day('2027-03-31'), null, cityCalendar, today)?.code).toBe('past')
    expect(deadlineProblem(day('2027-05-07'), day('2027-05-10'), cityCalendar, today)?.code).toBe(
      'before-window',
    )
    expect(deadlineProblem(day('2190-05-07'), null, cityCalendar, today)?.code).toBe('unknown-year')
    expect(deadlineProblem(today, null, cityCalendar, today)).toBeNull()
  })
})

describe('who takes part', () => {
  const someone = (more: Partial<Candidate> = {}): Candidate => ({
    personId: 1,
    sectionId: 10,
    gradeRank: 3,
    employmentKindId: 1,
    hiredOn: day('2020-04-01'),
    absent: false,
    ...more,
  })
  const rules = (more: object = {}) => participationSchema.parse(more)
  const record = day('2027-09-01')

  test('each condition leaves out with its own reason', () => {
    expect(exemptFrom(someone(), rules(), record)).toBeNull()
    expect(exemptFrom(someone({ sectionId: null }), rules(), record)).toBe('no-post')
    expect(exemptFrom(someone(), rules({ exemptIds: [1] }), record)).toBe('named')
    expect(exemptFrom(someone(), rules({ gradeFrom: 4 }), record)).toBe('grade')
    expect(exemptFrom(someone({ gradeRank: 7 }), rules({ gradeTo: 6 }), record)).toBe('grade')
    expect(exemptFrom(someone({ employmentKindId: 9 }), rules({ employmentKindIds: [1] }), record)).toBe(
      'employment',
    )
    const hired = (hiredOn: string | null, more: object) =>
      exemptFrom(someone({ hiredOn: hiredOn === null ? null : day(hiredOn) }), rules(more), record)
    expect(hired('2027-04-01', { hiredBy: '2027-03-31' })).toBe('service')
    expect(hired('2027-03-31', { hiredSince: '2027-04-01' })).toBe('service')
    expect(hired('2027-04-01', { hiredSince: '2027-04-01' })).toBeNull()
    expect(hired(null, { hiredSince: '2027-04-01' })).toBe('service')
  })

  test('short service is counted to each record date: a newcomer of July joins from the next step on', () => {
    const newcomer = someone({ hiredOn: day('2027-07-01') })
    const plan = planInterviews([newcomer], rules({ minServiceMonths: 3 }), [
      { id: 1, recordDate: day('2027-09-01') },
      { id: 2, recordDate: day('2028-02-01') },
    ])
    expect(plan).toEqual({ planned: [{ personId: 1, stepId: 2, status: 'waiting' }], exempt: [] })
  })

  test('leave waits as suspended, exempt by name can be taken back', () => {
    const people = [someone({ absent: true }), someone({ personId: 2 })]
    const plan = planInterviews(people, rules({ exemptIds: [2] }), [{ id: 1, recordDate: record }])
    expect(plan.planned.map((one) => one.status)).toEqual(['suspended', 'exempt'])
    expect(plan.exempt).toEqual([{ personId: 2, reason: 'named' }])
  })

  test('for any staff and conditions everybody is either planned or left out with a reason, never twice', () => {
    const candidate = fc.record({
      sectionId: fc.option(fc.integer({ min: 1, max: 3 })),
      gradeRank: fc.option(fc.integer({ min: 1, max: 8 })),
      employmentKindId: fc.option(fc.integer({ min: 1, max: 3 })),
      hired: fc.option(fc.integer({ min: -400, max: 4000 })),
      absent: fc.boolean(),
    })
    const conditions = fc.record({
      gradeFrom: fc.option(fc.integer({ min: 1, max: 8 })),
      gradeTo: fc.option(fc.integer({ min: 1, max: 8 })),
      employmentKindIds: fc.option(fc.array(fc.integer({ min: 1, max: 3 }))),
      minServiceMonths: fc.option(fc.integer({ min: 1, max: 24 })),
      exemptIds: fc.array(fc.integer({ min: 1, max: 10 })),
    })
    fc.assert(
      fc.property(fc.array(candidate, { maxLength: 10 }), conditions, (people, given) => {
        const candidates = people.map(
          ({ hired, ...one }, index): Candidate => ({
            ...one,
            personId: index + 1,
            hiredOn: hired === null ? null : record.subtract({ days: hired }),
          }),
        )
        const steps = [
          { id: 1, recordDate: record },
          { id: 2, recordDate: record.add({ months: 5 }) },
        ]
        const { planned, exempt } = planInterviews(candidates, rules(given), steps)
        const turns = planned.map((one) => `${one.personId}:${one.stepId}`)
        expect(new Set(turns).size).toBe(turns.length)
        const out = new Map(exempt.map((one) => [one.personId, one.reason]))
        expect(out.size).toBe(exempt.length)
        for (const { personId } of candidates) {
          const own = planned.filter((one) => one.personId === personId)
          expect(own.length > 0 || out.has(personId)).toBe(true)
          if (out.has(personId) && own.length > 0) {
            expect(out.get(personId)).toBe('named')
            expect(own.every((one) => one.status === 'exempt')).toBe(true)
          }
        }
      }),
    )
  })
})

// What must be right before a cycle starts, and what HR should look at. Pure.
import {
  HolidaysUnknownError,
  isWorkingDay,
  type WorkingCalendar,
  workingDayOnOrAfter,
  workingDayOnOrBefore,
} from '../../../kernel/calendar.ts'
import type { Step } from '../state.ts'

const before = (a: Temporal.PlainDate, b: Temporal.PlainDate) => Temporal.PlainDate.compare(a, b) < 0

/** Why a day cannot be a deadline. */
export type DayProblem =
  | {
      readonly code: 'closed'
      readonly earlier: Temporal.PlainDate
      readonly next: Temporal.PlainDate
    }
  | { readonly code: 'past' }
  | { readonly code: 'before-window'; readonly opensOn: Temporal.PlainDate }
  | { readonly code: 'unknown-year' }

/** A deadline is a working day of the city, not past, and not before its window opens. Null: fine. */
export function deadlineProblem(
  deadline: Temporal.PlainDate,
  opensOn: Temporal.PlainDate | null,
  calendar: WorkingCalendar,
  today: Temporal.PlainDate,
): DayProblem | null {
  if (before(deadline, today)) return { code: 'past' }
  if (opensOn && before(deadline, opensOn)) return { code: 'before-window', opensOn }
  try {
    if (isWorkingDay(calendar, deadline)) return null
    return {
      code: 'closed',
      earlier: workingDayOnOrBefore(calendar, deadline),
      next: workingDayOnOrAfter(calendar, deadline),
    }
  } catch (error) {
    if (error instanceof HolidaysUnknownError) return { code: 'unknown-year' }
    throw error
  }
}

export type CycleProblem =
  | { readonly code: 'no-steps'; readonly blocks: true }
  | { readonly code: 'deadline'; readonly blocks: true; readonly step: Step; readonly problem: DayProblem }
  /** Worth a look, not wrong: some cities set it outside. */
  | { readonly code: 'record-date-outside'; readonly blocks: false; readonly step: Step }
  | { readonly code: 'order'; readonly blocks: false; readonly step: Step }

/** What stands in the way of starting (`blocks`), then what deserves a second look. */
export function problemsOf(
  cycle: {
    readonly startsOn: Temporal.PlainDate
    readonly endsOn: Temporal.PlainDate
    readonly steps: readonly Step[]
  },
  calendar: WorkingCalendar,
  today: Temporal.PlainDate,
): CycleProblem[] {
  const steps = cycle.steps.filter((step) => step.status === 'open')
  if (steps.length === 0) return [{ code: 'no-steps', blocks: true }]
  const blocking: CycleProblem[] = []
  const hints: CycleProblem[] = []
  for (const [index, step] of steps.entries()) {
    const problem = deadlineProblem(step.deadline, step.opensOn, calendar, today)
    if (problem) blocking.push({ code: 'deadline', blocks: true, step, problem })
    if (before(step.recordDate, cycle.startsOn) || before(cycle.endsOn, step.recordDate)) {
      hints.push({ code: 'record-date-outside', blocks: false, step })
    }
    const previous = steps[index - 1]
    if (previous && before(step.deadline, previous.deadline)) {
      hints.push({ code: 'order', blocks: false, step })
    }
  }
  return [...blocking, ...hints]
}

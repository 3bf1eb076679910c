// Everything that the card of one interview needs to know, read for many at once.
import type { Tx } from '../../../db/transaction.ts'
import { restReasons } from '../../../directory/closures.ts'
import { loadPeople, type Person } from '../../../directory/people.ts'
import type { Language } from '../../../kernel/language.ts'
import { type Disclosure, disclosures } from '../disclosure.ts'
import { loadInterviews } from '../load.ts'
import type { Interview } from '../state.ts'
import { pickableSlots } from './store.ts'

/** Who reads, and what they may be told beside the interview itself. */
export interface InterviewView {
  readonly reader: number
  readonly language: Language
  readonly zone: string
  readonly now: Temporal.Instant
  readonly people: ReadonlyMap<number, Person>
  /** How many hours the staff member can choose from now. */
  readonly slots: number
  /** A running arrangement that asks this staff member; whether they have answered. */
  readonly arrangement: { readonly id: number; readonly answered: boolean } | null
  /** Of the staff member themselves: when the result is disclosed, and until when and where a complaint may be made. */
  readonly disclosure?: Disclosure
  /** Why everything rests on that day; undefined where nothing does. */
  readonly restedOn?: (at: Temporal.Instant) => string | undefined
  /** What the same meeting serves besides: steps of other cycles. */
  readonly also?: readonly Interview[]
  /** The card stands alone: its buttons may put the new state in its place. False within a digest. */
  readonly alone: boolean
}

export interface Reader {
  readonly id: number
  readonly language: Language
}

/** The view of each interview for one reader, by interview id. */
export async function loadViews(
  tx: Tx,
  interviews: readonly Interview[],
  reader: Reader,
  zone: string,
  now: Temporal.Instant,
  alone = true,
): Promise<ReadonlyMap<number, InterviewView>> {
  const today = now.toZonedDateTimeISO(zone).toPlainDate()
  const people = await loadPeople(
    tx,
    interviews.flatMap((each) => [
      each.personId,
      ...each.conductorIds,
      ...('meeting' in each && each.meeting ? [each.meeting.conductorId] : []),
    ]),
    today,
  )
  const choosing = interviews.filter((each) => each.status === 'waiting' || each.status === 'booked')
  const slots = await pickableSlots(tx, choosing, now, zone)
  const arrangements = await arrangementsOf(tx, choosing)
  const disclosed = await disclosures(
    tx,
    interviews.map((each) => each.step?.disclosedOn),
  )
  const shared = await sharedMeetings(tx, interviews, today)
  const met = interviews.some((each) => 'meeting' in each && each.meeting)
  const restedOn = met ? await restReasons(tx, zone) : undefined
  return new Map(
    interviews.map((interview) => [
      interview.id,
      {
        reader: reader.id,
        language: reader.language,
        zone,
        now,
        people,
        slots: slots.get(interview.id)?.length ?? 0,
        arrangement: arrangements.get(interview.id) ?? null,
        ...(disclosed &&
          interview.step?.disclosedOn &&
          interview.personId === reader.id && { disclosure: disclosed(interview.step.disclosedOn) }),
        also: shared.filter(
          (other) =>
            other.id !== interview.id &&
            'meeting' in interview &&
            'meeting' in other &&
            other.meeting?.id === interview.meeting?.id,
        ),
        ...(restedOn && { restedOn }),
        alone,
      },
    ]),
  )
}

/** The running arrangement that asks about each waiting interview. */
export async function arrangementsOf(tx: Tx, interviews: readonly Interview[]) {
  const found = new Map<number, { id: number; answered: boolean }>()
  const steps = interviews.flatMap((each) => each.step?.id ?? [])
  if (steps.length === 0) return found
  const rows = await tx.arrangement.findMany({
    where: {
      status: { in: ['collecting', 'proposed'] },
      stepId: { in: [...new Set(steps)] },
      ownerId: { in: [...new Set(interviews.flatMap((each) => each.conductorIds))] },
    },
    include: { answers: { where: { interviewId: { in: interviews.map((each) => each.id) } } } },
    orderBy: { id: 'asc' },
  })
  for (const interview of interviews) {
    const row = rows.findLast(
      (each) => each.stepId === interview.step?.id && interview.conductorIds.includes(each.ownerId),
    )
    if (!row) continue
    found.set(interview.id, {
      id: row.id,
      answered: row.answers.some((answer) => answer.interviewId === interview.id),
    })
  }
  return found
}

/** Interviews of steps that share meetings, with those they share it with. */
async function sharedMeetings(
  tx: Tx,
  interviews: readonly Interview[],
  today: Temporal.PlainDate,
): Promise<readonly Interview[]> {
  const meetings = interviews.flatMap((each) =>
    each.step?.shared && 'meeting' in each && each.meeting ? [each.meeting.id] : [],
  )
  return meetings.length === 0 ? [] : loadInterviews(tx, { meetingId: { in: meetings } }, today)
}

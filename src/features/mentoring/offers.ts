// Offers that are not open to somebody: what one of the two has declined, and what should never have been asked.
// HR may name any two: a refusal would tell them who avoids whom. Such a pair looks to HR like any other, is shown to
// neither of the two, and goes the way of a declined one.
import type { MentoringPair, MentoringProgramme } from '../../db/generated/client.ts'
import { fromDbDateOrNull } from '../../db/time.ts'
import type { Tx } from '../../db/transaction.ts'
import { type WorkingCalendar, workingDaysFrom } from '../../kernel/calendar.ts'
import type { Core } from '../feature.ts'
import { openAnswer, openDecliners } from './answer.ts'
import { comparisonOf } from './matching/solve.ts'
import { loadAnswers, loadEarlier, loadScene } from './scene.ts'

type Offer = MentoringPair & { readonly programme: MentoringProgramme }

/** Those of these offers whose two must not be paired, by what one of them said in confidence. */
export async function apartAmong(
  core: Core,
  tx: Tx,
  offers: readonly Offer[],
  today: Temporal.PlainDate,
): Promise<ReadonlySet<number>> {
  const apart = new Set<number>()
  for (const [programmeId, all] of Map.groupBy(offers, (offer) => offer.programmeId)) {
    const ids = [...new Set(all.flatMap(({ menteeId, mentorId }) => [menteeId, mentorId]))]
    // Hardly anybody has said anything: then nothing needs to be compared.
    const careful = new Set(
      (await loadAnswers(tx, programmeId, ids)).flatMap((member) => {
        const { avoidPeople, avoidSections, avoidNames } = openAnswer(core, { programmeId, ...member })
        const said = avoidPeople.length + avoidSections.length + (avoidNames?.length ?? 0)
        return said > 0 ? [member.personId] : []
      }),
    )
    const earlier = (await loadEarlier(tx, ids)).filter(({ status }) => status === 'declined')
    const few = all.filter(
      ({ menteeId, mentorId }) =>
        careful.has(menteeId) ||
        careful.has(mentorId) ||
        earlier.some((row) => row.menteeId === menteeId && row.mentorId === mentorId),
    )
    const [first] = few
    if (!first) continue
    const two = few.flatMap(({ menteeId, mentorId }) => [menteeId, mentorId])
    const { job } = await loadScene(core, tx, first.programme, today, {}, [...new Set(two)])
    const { broken } = comparisonOf(job)
    const mentees = new Map(job.mentees.map((mentee) => [mentee.personId, mentee]))
    const mentors = new Map(job.mentors.map((mentor) => [mentor.personId, mentor]))
    for (const { id, menteeId, mentorId } of few) {
      const [mentee, mentor] = [mentees.get(menteeId), mentors.get(mentorId)]
      if (mentee && mentor && broken(mentee, mentor).includes('private')) apart.add(id)
    }
  }
  return apart
}

/** Pairs as this one of the two may see them: whatever is not an offer, and offers that are still open to them. */
export async function openTo<P extends Offer>(
  core: Core,
  tx: Tx,
  pairs: readonly P[],
  readerId: number,
  today: Temporal.PlainDate,
): Promise<P[]> {
  const offers = pairs.filter(({ status }) => status === 'offered')
  if (offers.length === 0) return [...pairs]
  const apart = await apartAmong(core, tx, offers, today)
  return pairs.filter(
    ({ id, status, rematch }) =>
      status !== 'offered' || !(apart.has(id) || openDecliners(core, id, rematch).includes(readerId)),
  )
}

/**
 * The day on which a pair that nobody was asked about goes: one of those on which a declined one might go, drawn so that
 * nobody can compute it. A day of its own kind would tell.
 */
export function quietDay(
  core: Pick<Core, 'mark'>,
  { id, acceptBy, programme }: Offer,
  city: WorkingCalendar,
): Temporal.PlainDate | undefined {
  const by = fromDbDateOrNull(acceptBy)
  if (!core.mark) throw new Error('mentoring needs the installation’s key')
  const drawn = Number.parseInt(core.mark(`mentoring.quiet-day:${id}`).slice(0, 8), 16)
  return by ? workingDaysFrom(city, by, -(drawn % Math.max(1, programme.acceptDays))) : undefined
}

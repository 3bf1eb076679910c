// Whom a call for a programme would go to.
import type { MentoringProgramme } from '../../db/generated/client.ts'
import type { Tx } from '../../db/transaction.ts'
import { findAudience } from '../../directory/audience/query.ts'
import { audienceSchema } from '../../directory/audience.ts'
import type { Organisation } from '../../directory/organisation.ts'
import { reachOfProgramme } from './access.ts'

type Called = Readonly<Record<'mentee' | 'mentor', readonly number[]>>

/** Everybody of both audiences who is not asked yet; whoever fits both is a mentee. Undefined: not decided whom it is for. */
export async function freshOf(
  tx: Tx,
  programme: MentoringProgramme,
  org: Organisation,
  today: Temporal.PlainDate,
): Promise<Called | undefined> {
  const { menteeAudience, mentorAudience } = programme
  // People who are to join are invited by name.
  const hires = programme.kind === 'hires'
  if (mentorAudience === null || (menteeAudience === null && !hires)) return undefined
  const members = await tx.mentoringMember.findMany({
    where: { programmeId: programme.id },
    select: { personId: true },
  })
  const known = new Set(members.map(({ personId }) => personId))
  const reach = reachOfProgramme(programme, org)
  const find = async (audience: unknown) => {
    const found = await findAudience(tx, { audience: audienceSchema.parse(audience), reach, on: today, org })
    const fresh = found.personIds.filter((personId) => !known.has(personId))
    for (const personId of fresh) known.add(personId)
    return fresh
  }
  const mentee = hires ? [] : await find(menteeAudience)
  return { mentee, mentor: await find(mentorAudience) }
}

/** 内定者 who wait for the call. */
export const askedGuests = (tx: Tx, programmeId: number): Promise<number> =>
  tx.mentoringMember.count({ where: { programmeId, role: 'mentee', status: 'asked' } })

/** How many of each side get a message if the call goes out now. */
export async function countToAsk(
  tx: Tx,
  programme: MentoringProgramme,
  org: Organisation,
  today: Temporal.PlainDate,
): Promise<Readonly<Record<'mentee' | 'mentor', number>> | undefined> {
  if (programme.status !== 'draft' && programme.status !== 'sign_up') return undefined
  const fresh = await freshOf(tx, programme, org, today)
  if (!fresh) return undefined
  const guests =
    programme.kind === 'hires' && programme.status === 'draft' ? await askedGuests(tx, programme.id) : 0
  return { mentee: fresh.mentee.length + guests, mentor: fresh.mentor.length }
}

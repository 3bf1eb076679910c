// The conductor's side of an arrangement: who has answered, the proposed timetable, and what becomes of it.
import { z } from 'zod'
import { busySpans } from '../../../agenda/bookings.ts'
import { overlaps } from '../../../agenda/span.ts'
import { writeAudit } from '../../../db/audit.ts'
import { OverlapError } from '../../../db/errors.ts'
import { inTransaction, type Tx } from '../../../db/transaction.ts'
import { addressed, loadPeople } from '../../../directory/people.ts'
import { type Answer, type Ask, action, replaceWith, say } from '../../../intake/handler.ts'
import { everyStaffMember } from '../../../intake/permissions.ts'
import type { Core } from '../../feature.ts'
import { notFound } from '../booking/access.ts'
import { settle } from '../booking/meetings.ts'
import { tellOffered } from '../booking/offer.ts'
import { lockInterviews } from '../booking/store.ts'
import { loadInterviews } from '../load.ts'
import { replan } from '../reminders/replan.ts'
import type { Interview } from '../state.ts'
import { arrangementSubject } from './plan.ts'
import { type Proposal, proposalOf } from './proposal.ts'
import { type Arrangement, isRunning, loadArrangement, membersOf } from './store.ts'
import { arrangementTexts } from './texts.ts'
import { acceptedCard, lineCard, type Names, progressCard, proposalCard } from './views.ts'

const id = z.number().int().positive()
const which = z.object({ arrangement: id })

/** The arrangement, if it is this person's. */
async function own(
  core: Pick<Core, 'zone'>,
  tx: Tx,
  ask: Ask,
  arrangementId: number,
  lock: 'lock' | 'read' = 'read',
) {
  const arrangement = await loadArrangement(core, tx, arrangementId, ask.now, lock)
  if (arrangement?.ownerId !== ask.actor.id) throw notFound()
  return arrangement
}

async function namesOf(tx: Tx, ask: Ask, members: readonly Interview[]): Promise<Names> {
  const people = await loadPeople(
    tx,
    members.map((each) => each.personId),
    ask.today,
  )
  return { members, people, language: ask.language }
}

const again = (arrangement: number) => ({ id: 'interviews.arrangement', data: { arrangement, page: 1 } })

/** How it stands: the proposal where there is one, else who has answered. */
export async function showProgress(
  core: Core,
  tx: Tx,
  ask: Ask,
  arrangementId: number,
  { page, line, fresh }: { page?: number | undefined; line?: string; fresh?: boolean } = {},
): Promise<Answer> {
  const arrangement = await own(core, tx, ask, arrangementId)
  const put = page === undefined ? say : replaceWith
  if (!isRunning(arrangement)) return put(lineCard(arrangementTexts(ask.language).over))
  const names = await namesOf(tx, ask, await membersOf(tx, arrangement, ask.today))
  const { proposal } = arrangement
  const card =
    fresh && proposal
      ? proposalCard(arrangement, proposal, names, core.zone, line)
      : progressCard(arrangement, names, page ?? 1, line)
  return put(card, again(arrangementId))
}

/** What could be settled now, kept with the arrangement. */
async function proposeNow(tx: Tx, ask: Ask, arrangement: Arrangement): Promise<Proposal> {
  const members = await membersOf(tx, arrangement, ask.today)
  const [first, last] = [arrangement.slots[0], arrangement.slots.at(-1)]
  const people = [arrangement.ownerId, ...members.map((each) => each.personId)]
  const busy = first && last ? await busySpans(tx, people, first.start, last.end) : []
  const proposal = proposalOf(
    members.map((each) => ({
      interview: each.id,
      version: each.version,
      personId: each.personId,
      answered: arrangement.answered.has(each.id),
      suits: arrangement.suits.get(each.id) ?? new Map(),
    })),
    arrangement.slots,
    busy,
    arrangement.ownerId,
    ask.now.epochMilliseconds,
  )
  await tx.arrangement.update({ where: { id: arrangement.id }, data: { status: 'proposed', proposal } })
  return proposal
}

export function arranging(core: Core) {
  const { zone } = core

  async function open(ask: Ask, data: { arrangement: number; page?: number | undefined }): Promise<Answer> {
    return inTransaction(core.db, (tx) => showProgress(core, tx, ask, data.arrangement, { page: data.page }))
  }

  async function propose(ask: Ask, data: z.infer<typeof which>): Promise<Answer> {
    return inTransaction(core.db, async (tx) => {
      const arrangement = await own(core, tx, ask, data.arrangement, 'lock')
      if (!isRunning(arrangement)) return replaceWith(lineCard(arrangementTexts(ask.language).over))
      const proposal = await proposeNow(tx, ask, arrangement)
      const members = await membersOf(tx, arrangement, ask.today)
      // Those who have not answered need not any more; the conductor holds it now.
      await core.notices.reconcile(tx, [{ subject: arrangementSubject(arrangement.id), wanted: [] }], ask.now)
      await replan(
        core,
        tx,
        members.map((each) => each.id),
        ask.now,
      )
      const names = await namesOf(tx, ask, members)
      return replaceWith(proposalCard(arrangement, proposal, names, zone), again(arrangement.id))
    })
  }

  async function accept(ask: Ask, data: { arrangement: number; made: number }): Promise<Answer> {
    // Whoever was booked elsewhere at the last moment is found busy by the next attempt, and passed over.
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await inTransaction(core.db, (tx) => acceptOnce(tx, ask, data))
      } catch (error) {
        if (!(error instanceof OverlapError) || attempt >= 3) throw error
      }
    }
  }

  async function acceptOnce(tx: Tx, ask: Ask, data: { arrangement: number; made: number }): Promise<Answer> {
    const t = arrangementTexts(ask.language)
    const arrangement = await own(core, tx, ask, data.arrangement, 'lock')
    const { proposal } = arrangement
    if (arrangement.status === 'accepted' && proposal?.made === data.made) {
      // The second half of a double click: what the first one did.
      const ids = proposal.placed.map((each) => each.interview)
      const count = await tx.interview.count({ where: { id: { in: ids }, status: 'booked' } })
      return replaceWith(acceptedCard([t.accepted(count)], ask.language))
    }
    if (!isRunning(arrangement) || !proposal) return replaceWith(lineCard(t.over))
    if (proposal.made !== data.made)
      return showProgress(core, tx, ask, arrangement.id, { page: 1, line: t.changedSince, fresh: true })
    const members = await membersOf(tx, arrangement, ask.today)
    const { booked, passed } = await bookAll(tx, ask, arrangement, proposal)
    await tx.arrangement.update({ where: { id: arrangement.id }, data: { status: 'accepted' } })
    const left = await openTheRest(tx, arrangement)
    await core.notices.reconcile(tx, [{ subject: arrangementSubject(arrangement.id), wanted: [] }], ask.now)
    const still = members.filter((each) => !booked.has(each.id))
    if (left > 0) await tellOffered(core, tx, still, ask.today, ask.now)
    await replan(
      core,
      tx,
      members.map((each) => each.id),
      ask.now,
    )
    const skipped = await namesForSkipped(tx, ask, passed)
    return replaceWith(
      acceptedCard(
        [
          t.accepted(booked.size),
          ...(skipped.length > 0 ? [t.skipped(skipped)] : []),
          ...(left > 0 && still.length > 0 ? [t.leftOffered(left)] : []),
        ],
        ask.language,
      ),
      again(arrangement.id),
    )
  }

  /** Books what still holds: the interview as it was proposed, its hour held back, and everybody free. */
  async function bookAll(tx: Tx, ask: Ask, arrangement: Arrangement, proposal: Proposal) {
    const ids = proposal.placed.map((each) => each.interview)
    await lockInterviews(tx, ids)
    await tx.$queryRaw`SELECT id FROM slot WHERE arrangement_id = ${arrangement.id} ORDER BY id FOR UPDATE`
    const present = await loadArrangement(core, tx, arrangement.id, ask.now)
    const slots = new Map((present?.slots ?? []).map((slot) => [slot.id, slot]))
    const interviews = new Map(
      (await loadInterviews(tx, { id: { in: ids } }, ask.today)).map((each) => [each.id, each]),
    )
    const [first, last] = [arrangement.slots[0], arrangement.slots.at(-1)]
    const people = [arrangement.ownerId, ...[...interviews.values()].map((each) => each.personId)]
    const busy =
      first && last
        ? (await busySpans(tx, people, first.start, last.end)).filter((each) => each.exclusive)
        : []
    const booked = new Set<number>()
    const passed: number[] = []
    for (const { interview: interviewId, version, slot: slotId } of proposal.placed) {
      const interview = interviews.get(interviewId)
      const slot = slots.get(slotId)
      const both = [arrangement.ownerId, interview?.personId]
      const clash = slot && busy.some((each) => both.includes(each.personId) && overlaps(each, slot))
      const same =
        interview?.status === 'waiting' &&
        interview.version === version &&
        interview.conductorIds.includes(arrangement.ownerId)
      if (!interview || !slot || clash || !same) {
        passed.push(interviewId)
        continue
      }
      await settle(
        core,
        tx,
        interview,
        {
          start: slot.start,
          end: slot.end,
          place: slot.place,
          conductorId: arrangement.ownerId,
          slotId: slot.id,
        },
        { actorId: ask.actor.id, via: 'chat', flow: ask.flow, now: ask.now },
        { replan: false },
      )
      booked.add(interviewId)
    }
    return { booked, passed }
  }

  /** Hours nobody got are on offer for whoever has none yet. Returns how many. */
  async function openTheRest(tx: Tx, arrangement: Arrangement): Promise<number> {
    const ahead = arrangement.slots.map((slot) => slot.id)
    const { count } = await tx.slot.updateMany({
      where: { id: { in: ahead }, status: 'arranging' },
      data: { status: 'offered', arrangementId: null },
    })
    await tx.slot.updateMany({
      where: { arrangementId: arrangement.id, status: 'arranging' },
      data: { status: 'withdrawn' },
    })
    return count
  }

  async function namesForSkipped(tx: Tx, ask: Ask, passed: readonly number[]) {
    const gone = await loadInterviews(tx, { id: { in: [...passed] } }, ask.today)
    // Only those whom the asking person conducts are named to them.
    const known = gone.filter((each) => each.conductorIds.includes(ask.actor.id))
    const people = await loadPeople(
      tx,
      known.map((each) => each.personId),
      ask.today,
    )
    return known.map((each) => {
      const found = people.get(each.personId)
      return found ? addressed(found, ask.language) : arrangementTexts(ask.language).member
    })
  }

  async function cancel(ask: Ask, data: z.infer<typeof which>): Promise<Answer> {
    return inTransaction(core.db, async (tx) => {
      const t = arrangementTexts(ask.language)
      const arrangement = await own(core, tx, ask, data.arrangement, 'lock')
      if (!isRunning(arrangement)) return replaceWith(lineCard(t.over))
      await tx.arrangement.update({ where: { id: arrangement.id }, data: { status: 'cancelled' } })
      await tx.slot.updateMany({
        where: { arrangementId: arrangement.id, status: 'arranging' },
        data: { status: 'withdrawn' },
      })
      await core.notices.reconcile(tx, [{ subject: arrangementSubject(arrangement.id), wanted: [] }], ask.now)
      const members = await membersOf(tx, arrangement, ask.today)
      await replan(
        core,
        tx,
        members.map((each) => each.id),
        ask.now,
      )
      await writeAudit(tx, {
        at: ask.now,
        actorId: ask.actor.id,
        via: 'chat',
        action: 'arrangement.cancelled',
        subject: arrangementSubject(arrangement.id),
        change: { answered: arrangement.answered.size },
        flow: ask.flow,
      })
      return replaceWith(lineCard(t.cancelled))
    })
  }

  return {
    actions: {
      'interviews.arrangement': action({
        effect: 'reads',
        permission: everyStaffMember,
        data: which.extend({ page: id.optional() }),
        handle: open,
      }),
      'interviews.propose': action({
        effect: 'changes',
        permission: everyStaffMember,
        data: which,
        handle: propose,
      }),
      'interviews.accept': action({
        effect: 'changes',
        permission: everyStaffMember,
        data: which.extend({ made: z.number() }),
        handle: accept,
      }),
      'interviews.arrange-cancel': action({
        effect: 'changes',
        permission: everyStaffMember,
        data: which,
        handle: cancel,
      }),
    },
  }
}

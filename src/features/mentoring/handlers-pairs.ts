// Naming pairs, running the matching, and what the coordinator does with a proposal.
import { z } from 'zod'
import type { Action } from '../../cards/card.ts'
import { one } from '../../cards/values.ts'
import { UniqueError } from '../../db/errors.ts'
import type { MentoringPair } from '../../db/generated/client.ts'
import { toDbDate, toDbInstant } from '../../db/time.ts'
import type { Tx } from '../../db/transaction.ts'
import { tellOnce } from '../../delivery/told.ts'
import { loadMembers } from '../../directory/audience/query.ts'
import { loadCalendars } from '../../directory/calendars.ts'
import {
  type ActionHandler,
  type Ask,
  action,
  type FormHandler,
  form,
  openForm,
  replaceWith,
} from '../../intake/handler.ts'
import { workingDaysFrom } from '../../kernel/calendar.ts'
import { currentFlow } from '../../kernel/flow.ts'
import type { Core } from '../feature.ts'
import { runsProgrammes } from './access.ts'
import { openRequest } from './answer.ts'
import { endPairs, propose, proposeAgain } from './change.ts'
import {
  audit,
  drawProgramme,
  drawProposal,
  gone,
  id,
  ofPair,
  ofProgramme,
  ofVersion,
  sceneFor,
  working,
} from './common.ts'
import { run } from './matching/run.ts'
import { comparisonOf, publicOf } from './matching/solve.ts'
import { kinds, replanPairs } from './plan.ts'
import { liveStatuses, loadScene, type Scene } from './scene.ts'
import { textsIn } from './texts.ts'
import { brokenOf, nameIn, pairCard, showPair, showProgramme, showProposal } from './views.ts'

const page = z.int().min(1).max(10_000)
/** While it works, a run says so again and again; one whose process died holds others back no longer than this. */
const lease = { seconds: 45 }
const renewEveryMs = 15_000
const mostChanges = 15
/** A menu holds no more. */
const mostOptions = 100

export function pairHandlers(core: Core): {
  actions: Record<string, ActionHandler>
  forms: Record<string, FormHandler>
} {
  const permission = runsProgrammes(core)

  const proposal = async (ask: Ask, programme: number, at = 1, lines?: readonly string[]) => {
    const found = await working(core, (tx) => sceneFor(core, tx, ask, programme))
    if (!found) return replaceWith(gone(ask))
    return replaceWith(drawProposal(found.scene, ask, at, lines), showProposal(programme))
  }

  /** The pair with its scene, if the reader may run its programme. */
  const pairIn = async (tx: Tx, ask: Ask, pairId: number) => {
    const pair = await tx.mentoringPair.findUnique({ where: { id: pairId } })
    const found = pair && (await sceneFor(core, tx, ask, pair.programmeId))
    // What was declined, forbidden or has ended is shown to nobody.
    const live = found?.scene.pairs.find((each) => each.id === pairId)
    return found && live ? { ...found, pair: live } : undefined
  }

  const drawPair = (
    scene: Scene,
    pair: MentoringPair,
    ask: Ask,
    lines?: readonly string[],
    named = false,
  ) => {
    const forCoordinator = scene.programme.coordinatorId === ask.actor.id
    return pairCard(scene, pair, ask.language, {
      forCoordinator,
      lines,
      named,
      // Of an offer it would say who has declined.
      ...(forCoordinator &&
        pair.status === 'active' &&
        pair.rematch && { asks: openRequest(core, pair.id, pair.rematch) }),
    })
  }

  const shownPair = async (tx: Tx, ask: Ask, pairId: number, lines?: readonly string[]) => {
    const found = await pairIn(tx, ask, pairId)
    return replaceWith(found ? drawPair(found.scene, found.pair, ask, lines) : gone(ask), showPair(pairId))
  }

  /** Does it to a proposed pair if the button is not out of date; then the proposal. */
  const withProposed = async (
    ask: Ask,
    data: { readonly pair: number; readonly version: number },
    what: string,
    work: (tx: Tx, pair: MentoringPair) => Promise<unknown>,
  ) => {
    const done = await working(core, async (tx) => {
      const found = await pairIn(tx, ask, data.pair)
      if (!found) return { answer: replaceWith(gone(ask)) }
      const { pair } = found
      if (pair.version !== data.version || pair.status !== 'proposed')
        return { answer: await shownPair(tx, ask, pair.id, [textsIn(ask.language).stale]) }
      await work(tx, pair)
      await audit(
        tx,
        ask,
        what,
        `mentoring:${pair.programmeId}`,
        { pair: pair.id, mentor: pair.mentorId },
        pair.menteeId,
      )
      return { programme: pair.programmeId, again: showProposal(pair.programmeId) }
    })
    return done.answer ?? proposal(ask, done.programme, 1, [textsIn(ask.language).saved])
  }

  return {
    actions: {
      'mentoring.hand': action({
        effect: 'reads',
        opensForm: true,
        permission,
        data: ofProgramme,
        handle: (ask, data) =>
          working(core, async (tx) => {
            const found = await sceneFor(core, tx, ask, data.programme)
            if (!found) return replaceWith(gone(ask))
            const t = textsIn(ask.language)
            const hires = found.programme.kind === 'hires'
            const waiting = hires ? withoutPair(found.scene).slice(0, mostOptions) : []
            if (hires && waiting.length === 0)
              return replaceWith(
                await drawProgramme(tx, ask, found, [t.hires.nobodyWaits]),
                showProgramme(data.programme),
              )
            const name = nameIn(found.scene.people, ask.language)
            const labels = hires
              ? t.hires.roles
              : found.programme.kind === 'handover'
                ? t.handoverShort
                : t.roleShort
            return openForm({
              language: ask.language,
              id: 'mentoring.hand',
              title: t.hand.title,
              submit: t.save,
              cancel: t.cancel,
              intro: t.hand.intro,
              data: { programme: data.programme },
              fields: [
                hires
                  ? {
                      name: 'mentee',
                      type: 'select',
                      label: labels.mentee,
                      options: waiting.map((id) => ({
                        label: found.scene.people.get(id)?.name ?? name(id),
                        value: String(id),
                      })),
                    }
                  : { name: 'mentee', type: 'person', label: labels.mentee },
                { name: 'mentor', type: 'person', label: labels.mentor },
              ],
            })
          }),
      }),
      'mentoring.proposal': action({
        effect: 'reads',
        permission,
        data: z.object({ programme: id, page: page.default(1) }),
        handle: (ask, data) => proposal(ask, data.programme, data.page),
      }),
      'mentoring.pair': action({
        effect: 'reads',
        permission,
        data: z.object({ pair: id }),
        handle: (ask, data) => working(core, (tx) => shownPair(tx, ask, data.pair)),
      }),
      'mentoring.lock': action({
        effect: 'changes',
        permission,
        data: z.object({ pair: id, version: id, locked: z.boolean() }),
        handle: (ask, data) =>
          withProposed(ask, data, data.locked ? 'locked' : 'unlocked', (tx, pair) =>
            tx.mentoringPair.update({
              where: { id: pair.id },
              // Who was named stays: whether a run would keep them would tell what somebody said in confidence.
              data: { locked: data.locked || pair.source === 'hand', version: { increment: 1 } },
            }),
          ),
      }),
      'mentoring.drop': action({
        effect: 'changes',
        permission,
        data: ofPair,
        handle: (ask, data) =>
          withProposed(ask, data, 'dropped', (tx, pair) =>
            tx.mentoringPair.delete({ where: { id: pair.id } }),
          ),
      }),
      'mentoring.forbid': action({
        effect: 'changes',
        permission,
        data: ofPair,
        handle: (ask, data) =>
          withProposed(ask, data, 'forbidden', (tx, pair) =>
            tx.mentoringPair.update({
              where: { id: pair.id },
              data: { status: 'forbidden', locked: false, version: { increment: 1 } },
            }),
          ),
      }),
      'mentoring.match': action({
        effect: 'changes',
        permission,
        data: ofProgramme,
        handle: async (ask, data) => {
          const t = textsIn(ask.language).match
          const programmes = core.db.prisma.mentoringProgramme
          let until = toDbInstant(ask.now.add(lease))
          const flow = currentFlow()
          const begun = await working(core, async (tx) => {
            const found = await sceneFor(core, tx, ask, data.programme)
            const open = found && ['draft', 'sign_up', 'running'].includes(found.programme.status)
            return open ? found.scene : undefined
          })
          if (!begun) return replaceWith(gone(ask))
          // Apart from every transaction: those are what an instruction has brought about, and this is nothing yet. What
          // changes from here on, saving finds out.
          const { count } = await programmes.updateMany({
            where: {
              id: data.programme,
              OR: [
                { matchingUntil: null },
                { matchingUntil: { lt: toDbInstant(ask.now) } },
                // The very instruction, after its process died.
                ...(flow === undefined ? [] : [{ matchingFlow: flow }]),
              ],
            },
            data: { matchingUntil: until, matchingFlow: flow ?? null },
          })
          if (count === 0) return proposal(ask, data.programme, 1, [t.busy])
          /** Nobody else's: where this one was given up for dead, another may be at it. */
          const mine = () => ({ id: data.programme, matchingUntil: until })
          const renew = async () => {
            const next = toDbInstant(core.clock.now().add(lease))
            const { count } = await programmes.updateMany({ where: mine(), data: { matchingUntil: next } })
            if (count === 1) until = next
          }
          let renewal = Promise.resolve()
          const renewing = setInterval(() => {
            // One that is not renewed ends by itself.
            renewal = renew().catch(() => {})
          }, renewEveryMs)
          try {
            if (begun.job.mentees.length === 0 || begun.job.mentors.length === 0)
              return await proposal(ask, data.programme, 1, [t.nobody])
            const matched = await run(begun.job)
            const saved = await working(core, (tx) => saveRun(tx, ask, begun, matched.pairs))
            if (!saved) return await proposal(ask, data.programme, 1, [t.changedMeanwhile])
            const proven = matched.certificate < 1e-6 ? [t.proven] : []
            const lines = [t.done(matched.pairs.length, matched.unmatched.length), ...proven, ...saved.lines]
            // Everybody else is as the run saw them: only the pairs are new.
            const scene = { ...begun, pairs: saved.pairs }
            return replaceWith(drawProposal(scene, ask, 1, lines), showProposal(data.programme))
          } finally {
            clearInterval(renewing)
            await renewal
            await programmes.updateMany({ where: mine(), data: { matchingUntil: null, matchingFlow: null } })
          }
        },
      }),
      'mentoring.publish': action({
        effect: 'changes',
        permission,
        data: ofVersion,
        handle: (ask, data) =>
          working(core, async (tx) => {
            const found = await sceneFor(core, tx, ask, data.programme)
            if (!found) return replaceWith(gone(ask))
            const { programme, scene } = found
            const t = textsIn(ask.language)
            const show = async (line: string) => {
              const now = await tx.mentoringProgramme.findUniqueOrThrow({ where: { id: programme.id } })
              return replaceWith(
                await drawProgramme(tx, ask, { ...found, programme: now }, [line]),
                showProgramme(programme.id),
              )
            }
            if (programme.version !== data.version) return show(t.stale)
            const proposed = scene.pairs.filter(({ status }) => status === 'proposed')
            if (proposed.length === 0) return show(t.publish.nothing)
            const { city } = await loadCalendars(tx)
            const acceptBy = workingDaysFrom(city, ask.today, programme.acceptDays)
            const ids = proposed.map((pair) => pair.id)
            await tx.mentoringPair.updateMany({
              where: { id: { in: ids } },
              data: { status: 'offered', acceptBy: toDbDate(acceptBy), version: { increment: 1 } },
            })
            await tx.mentoringProgramme.update({
              where: { id: programme.id },
              data: {
                version: { increment: 1 },
                ...(programme.status === 'draft' && { status: 'running' }),
                ...(programme.status === 'sign_up' &&
                  (programme.signUpUntil ?? 0) < toDbDate(ask.today) && { status: 'running' }),
              },
            })
            await replanPairs(core, tx, ids, ask.now)
            await tellOnce(
              core,
              tx,
              proposed.flatMap((pair) =>
                [pair.menteeId, pair.mentorId].map((recipientId) => ({
                  kind: kinds.offer,
                  recipientId,
                  subject: `mentoring.offer:${pair.id}`,
                })),
              ),
              ask.now,
            )
            await audit(tx, ask, 'published', `mentoring:${programme.id}`, { pairs: proposed.length })
            return show(t.publish.done(proposed.length))
          }),
      }),
      'mentoring.end': action({
        effect: 'changes',
        permission,
        data: ofPair,
        handle: async (ask, data) => {
          const done = await working(core, async (tx) => {
            const found = await pairIn(tx, ask, data.pair)
            if (!found) return { answer: replaceWith(gone(ask)) }
            const { pair, programme } = found
            if (pair.version !== data.version || pair.status === 'proposed')
              return { answer: await shownPair(tx, ask, pair.id, [textsIn(ask.language).stale]) }
            // That somebody had asked for it stays in the row; who it was does not.
            const reason = pair.status === 'active' && pair.rematch ? 'rematch' : 'coordinator'
            await endPairs(core, tx, [pair], reason, ask.today, ask.now)
            await proposeAgain(core, tx, programme, [pair.menteeId], ask.today)
            await audit(
              tx,
              ask,
              'ended',
              `mentoring:${programme.id}`,
              { pair: pair.id, mentor: pair.mentorId },
              pair.menteeId,
            )
            return { programme: programme.id, again: showProposal(programme.id) }
          })
          return done.answer ?? proposal(ask, done.programme, 1, [textsIn(ask.language).saved])
        },
      }),
    },
    forms: {
      'mentoring.hand': form({
        permission,
        searches: true,
        data: ofProgramme,
        handle: async (ask, data, values) => {
          try {
            return await working(core, (tx) => nameByHand(core, tx, ask, data.programme, values, drawPair))
          } catch (error) {
            if (!(error instanceof UniqueError)) throw error
            return { errors: { mentee: textsIn(ask.language).hand.has } }
          }
        },
      }),
    },
  }
}

/** Of a programme for people who are to join: somebody whom HR has invited to it and who has not said no. */
const isInvited = ({ members }: Pick<Scene, 'members'>, id: number): boolean =>
  members.some(
    ({ personId, role, status }) =>
      personId === id && role === 'mentee' && (status === 'asked' || status === 'joined'),
  )

/** Those of them who have no pair. */
const withoutPair = ({ members, pairs }: Pick<Scene, 'members' | 'pairs'>): number[] =>
  members
    .map(({ personId }) => personId)
    .filter((id) => isInvited({ members }, id) && !pairs.some(({ menteeId }) => menteeId === id))

/** What a run must not have missed: a pair that came or went, an answer that was given or changed meanwhile. */
const stampOf = ({ pairs, members }: Pick<Scene, 'pairs' | 'members'>): string =>
  JSON.stringify([
    pairs.map((pair) => [pair.id, pair.version]),
    members.map(({ personId, status, answeredAt }) => [personId, status, answeredAt?.getTime() ?? 0]),
  ])

async function stampNow(tx: Tx, programmeId: number): Promise<string> {
  // Others wait meanwhile: between this look and the end of the transaction nothing may change.
  await tx.$queryRaw`SELECT id FROM mentoring_programme WHERE id = ${programmeId} FOR UPDATE`
  const pairs = await tx.mentoringPair.findMany({
    where: { programmeId, status: { in: liveStatuses } },
    orderBy: { id: 'asc' },
  })
  const members = await tx.mentoringMember.findMany({
    where: { programmeId },
    select: { personId: true, status: true, answeredAt: true },
    orderBy: { personId: 'asc' },
  })
  return stampOf({ pairs, members: members as unknown as Scene['members'] })
}

/** Replaces what an earlier run proposed. Undefined when pairs have changed while it was computed. */
async function saveRun(
  tx: Tx,
  ask: Ask,
  scene: Scene,
  pairs: readonly { readonly menteeId: number; readonly mentorId: number }[],
): Promise<
  | { readonly lines: readonly string[]; readonly pairs: readonly MentoringPair[]; readonly again: Action }
  | undefined
> {
  const t = textsIn(ask.language).match
  const again = showProposal(scene.programme.id)
  if ((await stampNow(tx, scene.programme.id)) !== stampOf(scene)) return undefined
  const before = new Map(scene.pairs.map((pair) => [pair.menteeId, pair.mentorId]))
  const after = new Map(pairs.map((pair) => [pair.menteeId, pair.mentorId]))
  const replaced = scene.pairs.filter((pair) => pair.status === 'proposed' && !pair.locked)
  await tx.mentoringPair.deleteMany({ where: { id: { in: replaced.map((pair) => pair.id) } } })
  await propose(
    tx,
    scene,
    pairs.filter(({ menteeId }) => !scene.job.locked.has(menteeId)),
  )
  await audit(tx, ask, 'matched', `mentoring:${scene.programme.id}`, { pairs: pairs.length })
  const saved = await tx.mentoringPair.findMany({
    where: { programmeId: scene.programme.id, status: { in: liveStatuses } },
    orderBy: { id: 'asc' },
  })
  if (replaced.length === 0) return { lines: [], pairs: saved, again }
  const name = nameIn(scene.people, ask.language)
  const changed = [...new Set([...before.keys(), ...after.keys()])].filter(
    (menteeId) => before.get(menteeId) !== after.get(menteeId),
  )
  if (changed.length === 0) return { lines: [t.same], pairs: saved, again }
  const who = (mentorId: number | undefined) => (mentorId === undefined ? t.nobodyYet : name(mentorId))
  const lines = changed
    .slice(0, mostChanges)
    .map((menteeId) => t.change(name(menteeId), who(before.get(menteeId)), who(after.get(menteeId))))
  return { lines: [t.diff(changed.length), ...lines], pairs: saved, again }
}

/** Two people chosen by hand: checked against the rules, and said what they break. */
async function nameByHand(
  core: Core,
  tx: Tx,
  ask: Ask,
  programmeId: number,
  values: Parameters<FormHandler['handle']>[2],
  draw: (
    scene: Scene,
    pair: MentoringPair,
    ask: Ask,
    lines?: readonly string[],
    named?: boolean,
  ) => ReturnType<typeof pairCard>,
): ReturnType<FormHandler['handle']> {
  const t = textsIn(ask.language)
  const found = await sceneFor(core, tx, ask, programmeId)
  if (!found || !['draft', 'sign_up', 'running'].includes(found.programme.status))
    return replaceWith(gone(ask))
  const chosen = {
    mentee: id.safeParse(Number(one(values, 'mentee'))),
    mentor: id.safeParse(Number(one(values, 'mentor'))),
  }
  if (!chosen.mentee.success) return { errors: { mentee: t.form.bad.required } }
  if (!chosen.mentor.success) return { errors: { mentor: t.form.bad.required } }
  const [menteeId, mentorId] = [chosen.mentee.data, chosen.mentor.data]
  if (menteeId === mentorId) return { errors: { mentor: t.hand.same } }
  const here = await loadMembers(tx, ask.today, { personIds: [menteeId, mentorId] })
  const mentee = here.find(({ personId }) => personId === menteeId)
  const hires = found.programme.kind === 'hires'
  // People who are to join are no staff: those who were invited to this very programme.
  if (hires ? !isInvited(found.scene, menteeId) : !mentee) return { errors: { mentee: t.form.bad.person } }
  if (!here.some(({ personId }) => personId === mentorId)) return { errors: { mentor: t.form.bad.person } }
  const { sections } = found.access
  if (!hires && sections !== 'all' && !mentee?.posts.some(({ sectionId }) => sections.has(sectionId)))
    return { errors: { mentee: t.hand.outside } }
  if (found.scene.pairs.some((pair) => pair.menteeId === menteeId)) return { errors: { mentee: t.hand.has } }

  const compared = await loadScene(core, tx, found.programme, ask.today, { menteeId, mentorId })
  const broken = brokenOf(compared, menteeId, mentorId)
  if (broken.includes('outside')) return { errors: { mentor: t.broken.outside } }
  if (broken.includes('set-aside')) return { errors: { mentor: t.broken['set-aside'] } }
  // Of what somebody said in confidence nothing is said here, whoever asks: see offers.ts for what becomes of such a pair.
  for (const [personId, role] of [
    [menteeId, 'mentee'],
    [mentorId, 'mentor'],
  ] as const)
    await tx.mentoringMember.upsert({
      where: { programmeId_personId: { programmeId, personId } },
      create: { programmeId, personId, role, status: 'joined' },
      update: { status: 'joined' },
    })
  const { mentees, mentors } = compared.job
  const asked = mentees.find(({ personId }) => personId === menteeId)
  const other = mentors.find(({ personId }) => personId === mentorId)
  const told = asked && other && comparisonOf(publicOf(compared.job)).told(asked, other)
  const pair = await tx.mentoringPair.create({
    data: {
      programmeId,
      menteeId,
      mentorId,
      status: 'proposed',
      source: 'hand',
      locked: true,
      score: told?.total ?? null,
    },
  })
  await audit(tx, ask, 'named', `mentoring:${programmeId}`, { pair: pair.id, mentor: mentorId }, menteeId)
  const scene = await loadScene(core, tx, found.programme, ask.today)
  return replaceWith(
    draw(scene, pair, ask, [broken.length > 0 ? t.hand.addedBroken : t.hand.added], true),
    showPair(pair.id),
  )
}

// Setting a programme up, calling for people, ending it.
import { z } from 'zod'
import { toDbDate, toDbDateOrNull, toDbInstant } from '../../db/time.ts'
import type { Tx } from '../../db/transaction.ts'
import { tellOnce } from '../../delivery/told.ts'
import { audienceFields, loadAudienceChoices } from '../../directory/audience/form.ts'
import { readAudience } from '../../directory/audience/read.ts'
import { audienceSchema } from '../../directory/audience.ts'
import { addressed, loadPeople } from '../../directory/people.ts'
import {
  type ActionHandler,
  type Ask,
  action,
  type FormHandler,
  form,
  openForm,
  replaceWith,
} from '../../intake/handler.ts'
import type { Language } from '../../kernel/language.ts'
import type { Core } from '../feature.ts'
import { reachOfProgramme, runnerOf, runsProgrammes } from './access.ts'
import { endPairs, tellCoordinators, withdrawOffers } from './change.ts'
import {
  audit,
  drawProgramme,
  gone,
  id,
  isOver,
  ofProgramme,
  ofVersion,
  type Running,
  running,
  working,
} from './common.ts'
import { figuresCard } from './figures.ts'
import { kindsFor, programmeForm, readProgramme, readRules, rulesForm } from './forms.ts'
import { drawHome } from './home.ts'
import { countToAsk, freshOf } from './invite.ts'
import { HANDOVER_RULES, HIRES_RULES, USUAL_RULES, USUAL_WEIGHTS } from './matching/rules.ts'
import { kinds, memberSubject, replanMembers, replanPairs } from './plan.ts'
import { textsIn } from './texts.ts'
import { showProgramme } from './views.ts'

const rulesOf = { mentor: USUAL_RULES, handover: HANDOVER_RULES, hires: HIRES_RULES } as const
const roles = ['mentee', 'mentor'] as const
const ofRole = z.object({ programme: id, role: z.enum(roles) })

export function programmeHandlers(core: Core): {
  actions: Record<string, ActionHandler>
  forms: Record<string, FormHandler>
} {
  const permission = runsProgrammes(core)

  /** Shows the programme as it is now. */
  const shown = async (tx: Tx, ask: Ask, programmeId: number, lines?: readonly string[]) => {
    const found = await running(tx, ask, programmeId)
    if (!found) return replaceWith(gone(ask))
    return replaceWith(await drawProgramme(tx, ask, found, lines), showProgramme(programmeId))
  }

  /** Does it if the button is not out of date, and shows the programme. */
  const changed = async (
    tx: Tx,
    ask: Ask,
    data: { readonly programme: number; readonly version: number },
    work: (tx: Tx, found: Running) => Promise<readonly string[]>,
  ) => {
    const found = await running(tx, ask, data.programme)
    if (!found) return replaceWith(gone(ask))
    if (found.programme.version !== data.version || isOver(found.programme))
      return shown(tx, ask, data.programme, [textsIn(ask.language).stale])
    const lines = await work(tx, found)
    return shown(tx, ask, data.programme, lines)
  }
  const changing = (ask: Ask, data: Parameters<typeof changed>[2], work: Parameters<typeof changed>[3]) =>
    working(core, (tx) => changed(tx, ask, data, work))

  const bump = { version: { increment: 1 } } as const

  /** Its end, either way. */
  const ends = (
    end: typeof closeProgramme,
    what: 'closed' | 'cancelled',
    done: (language: Language) => string,
  ) =>
    action({
      effect: 'changes',
      permission,
      data: ofVersion,
      handle: (ask, data) =>
        changing(ask, data, async (tx, { programme }) => {
          await end(core, tx, programme.id, ask.today, ask.now)
          await audit(tx, ask, what, `mentoring:${programme.id}`, {})
          return [done(ask.language)]
        }),
    })

  /** Makes those who are called members; how many of each side get a message. */
  const invite = async (tx: Tx, ask: Ask, { programme, org }: Running) => {
    const counted = await countToAsk(tx, programme, org, ask.today)
    const fresh = await freshOf(tx, programme, org, ask.today)
    if (!counted || !fresh) return { mentee: 0, mentor: 0 }
    for (const role of roles)
      await tx.mentoringMember.createMany({
        data: fresh[role].map((personId) => ({ programmeId: programme.id, personId, role })),
      })
    return counted
  }

  return {
    actions: {
      'mentoring.programme': action({
        effect: 'reads',
        permission,
        data: ofProgramme,
        handle: (ask, data) => working(core, (tx) => shown(tx, ask, data.programme)),
      }),
      'mentoring.edit': action({
        effect: 'reads',
        opensForm: true,
        permission,
        data: z.object({ programme: id.optional() }),
        handle: (ask, data) =>
          working(core, async (tx) => {
            if (data.programme === undefined)
              return openForm(programmeForm(undefined, undefined, kindsFor(ask.actor), ask.language))
            const found = await running(tx, ask, data.programme)
            if (!found) return replaceWith(gone(ask))
            const { contactId } = found.programme
            const contact =
              contactId === null ? undefined : (await loadPeople(tx, [contactId], ask.today)).get(contactId)
            const kinds = kindsFor(ask.actor, found.programme)
            const called = contact && addressed(contact, ask.language)
            return openForm(programmeForm(found.programme, called, kinds, ask.language))
          }),
      }),
      'mentoring.rules': action({
        effect: 'reads',
        opensForm: true,
        permission,
        data: ofProgramme,
        handle: (ask, data) =>
          working(core, async (tx) => {
            const found = await running(tx, ask, data.programme)
            return found ? openForm(rulesForm(found.programme, ask.language)) : replaceWith(gone(ask))
          }),
      }),
      'mentoring.who': action({
        effect: 'reads',
        opensForm: true,
        permission,
        data: ofRole,
        handle: (ask, { programme: programmeId, role }) =>
          working(core, async (tx) => {
            const found = await running(tx, ask, programmeId)
            if (!found) return replaceWith(gone(ask))
            const { programme, org } = found
            const t = textsIn(ask.language)
            // People who are to join are in no audience.
            if (programme.kind === 'hires' && role === 'mentee') return shown(tx, ask, programmeId)
            const kept = role === 'mentee' ? programme.menteeAudience : programme.mentorAudience
            const audience = kept === null ? {} : audienceSchema.parse(kept)
            const choices = await loadAudienceChoices(
              tx,
              reachOfProgramme(programme, org),
              audience,
              ask.today,
            )
            return openForm({
              language: ask.language,
              id: 'mentoring.who',
              title: programme.kind === 'hires' ? t.hires.who : t.who.title[role],
              submit: t.save,
              cancel: t.cancel,
              intro: t.who.intro,
              data: { programme: programmeId, version: programme.version, role },
              fields: audienceFields(['conditions', 'people'], audience, choices, ask.language),
            })
          }),
      }),
      'mentoring.start': action({
        effect: 'changes',
        permission,
        data: ofVersion,
        handle: (ask, data) =>
          changing(ask, data, async (tx, found) => {
            const t = textsIn(ask.language).start
            const { programme } = found
            const { menteeAudience, mentorAudience, signUpUntil, status } = programme
            // People who are to join are invited by name.
            if (
              (menteeAudience === null && programme.kind !== 'hires') ||
              mentorAudience === null ||
              signUpUntil === null ||
              signUpUntil < toDbDate(ask.today)
            )
              return [t.missing]
            if (status !== 'draft' && status !== 'sign_up') return [textsIn(ask.language).stale]
            const counted = await invite(tx, ask, found)
            if (counted.mentee + counted.mentor === 0) return [t.nobody]
            await tx.mentoringProgramme.update({
              where: { id: programme.id },
              data: { status: 'sign_up', ...bump },
            })
            await replanMembers(core, tx, programme.id, ask.now)
            await audit(tx, ask, 'sign-up', `mentoring:${programme.id}`, counted)
            const done = programme.kind === 'hires' ? textsIn(ask.language).hires.started : t.done
            return [done(counted.mentee, counted.mentor)]
          }),
      }),
      'mentoring.take': action({
        effect: 'changes',
        permission,
        data: ofVersion,
        handle: (ask, data) =>
          changing(ask, data, async (tx, { programme }) => {
            await tx.mentoringProgramme.update({
              where: { id: programme.id },
              data: { coordinatorId: ask.actor.id, ...bump },
            })
            const active = await tx.mentoringPair.findMany({
              where: { programmeId: programme.id, status: 'active' },
            })
            await replanPairs(
              core,
              tx,
              active.map((pair) => pair.id),
              ask.now,
            )
            // Whoever asked the one before is not forgotten.
            const asked = active.filter(({ rematch }) => rematch !== null)
            const taken = { ...programme, coordinatorId: ask.actor.id }
            await tellCoordinators(core, tx, asked, [taken], 'rematch', ask.now)
            await audit(tx, ask, 'coordinator', `mentoring:${programme.id}`, {
              from: programme.coordinatorId,
              to: ask.actor.id,
            })
            return [textsIn(ask.language).saved]
          }),
      }),
      'mentoring.close': ends(closeProgramme, 'closed', (language) => textsIn(language).close.done),
      'mentoring.cancel': ends(cancelProgramme, 'cancelled', (language) => textsIn(language).cancelling.done),
      'mentoring.figures': action({
        effect: 'reads',
        permission,
        data: ofProgramme,
        handle: (ask, data) =>
          working(core, async (tx) => {
            const found = await running(tx, ask, data.programme)
            return replaceWith(
              found ? await figuresCard(tx, found.programme, ask.language) : gone(ask),
              showProgramme(data.programme),
            )
          }),
      }),
    },
    forms: {
      'mentoring.save': form({
        permission,
        searches: true,
        data: z.object({ programme: id.optional(), version: id.optional() }),
        handle: (ask, data, values) =>
          working(core, async (tx) => {
            const t = textsIn(ask.language)
            const before =
              data.programme === undefined
                ? undefined
                : ((await tx.mentoringProgramme.findUnique({ where: { id: data.programme } })) ?? undefined)
            const read = readProgramme(values, kindsFor(ask.actor, before), ask.today, ask.language)
            if ('errors' in read) return read
            const { contactId, startsOn, endsOn, signUpUntil, ...rest } = read.fields
            if (contactId !== null) {
              const known =
                id.safeParse(contactId).success &&
                (await loadPeople(tx, [contactId], ask.today)).has(contactId)
              if (!known) return { errors: { contact: t.form.bad.person } }
            }
            const fields = {
              ...rest,
              contactId,
              startsOn: toDbDate(startsOn),
              endsOn: toDbDate(endsOn),
              signUpUntil: toDbDateOrNull(signUpUntil),
            }
            const trail = { name: rest.name, from: startsOn.toString(), to: endsOn.toString() }
            if (data.programme === undefined) {
              const { access } = await runnerOf(tx, ask.actor, ask.today)
              if (access.home === undefined) return replaceWith(await drawHome(core, tx, ask))
              const rules = rulesOf[fields.kind]
              const made = await tx.mentoringProgramme.create({
                data: {
                  ...fields,
                  sectionId: access.home,
                  coordinatorId: ask.actor.id,
                  weights: { ...USUAL_WEIGHTS },
                  gradesAbove: rules.gradesAbove,
                  apartBy: rules.apartBy,
                  createdAt: toDbInstant(ask.now),
                },
              })
              await audit(tx, ask, 'created', `mentoring:${made.id}`, trail)
              return shown(tx, ask, made.id, [t.saved])
            }
            const same = { programme: data.programme, version: data.version ?? 0 }
            return changed(tx, ask, same, async (_, { programme }) => {
              await tx.mentoringProgramme.update({
                where: { id: programme.id },
                data: { ...fields, ...bump },
              })
              const active = await tx.mentoringPair.findMany({
                where: { programmeId: programme.id, status: 'active' },
                select: { id: true },
              })
              await replanPairs(
                core,
                tx,
                active.map((pair) => pair.id),
                ask.now,
              )
              await replanMembers(core, tx, programme.id, ask.now)
              await audit(tx, ask, 'changed', `mentoring:${programme.id}`, trail)
              return [t.saved]
            })
          }),
      }),
      'mentoring.rules': form({
        permission,
        data: ofVersion,
        handle: (ask, data, values) =>
          working(core, async (tx) => {
            const read = readRules(values, ask.language)
            if ('errors' in read) return read
            return changed(tx, ask, data, async (_, { programme }) => {
              await tx.mentoringProgramme.update({
                where: { id: programme.id },
                data: { ...read.fields, ...bump },
              })
              await audit(tx, ask, 'rules', `mentoring:${programme.id}`, {
                gradesAbove: read.fields.gradesAbove,
                apartBy: read.fields.apartBy,
                objective: read.fields.objective,
              })
              return [textsIn(ask.language).saved]
            })
          }),
      }),
      'mentoring.who': form({
        permission,
        data: z.object({ programme: id, version: id, role: z.enum(roles) }),
        handle: (ask, data, values) =>
          working(core, async (tx) => {
            const found = await running(tx, ask, data.programme)
            if (!found) return replaceWith(gone(ask))
            const { programme, org } = found
            const kept = data.role === 'mentee' ? programme.menteeAudience : programme.mentorAudience
            const before = kept === null ? {} : audienceSchema.parse(kept)
            const choices = await loadAudienceChoices(tx, reachOfProgramme(programme, org), before, ask.today)
            const parts = ['conditions', 'people'] as const
            const read = await readAudience(tx, parts, before, values, choices, ask.language, ask.today)
            if (read.errors) return { errors: read.errors }
            const { audience } = read
            return changed(tx, ask, data, async () => {
              await tx.mentoringProgramme.update({
                where: { id: programme.id },
                data: {
                  ...(data.role === 'mentee' ? { menteeAudience: audience } : { mentorAudience: audience }),
                  ...bump,
                },
              })
              await audit(tx, ask, 'audience', `mentoring:${programme.id}`, { role: data.role })
              return [textsIn(ask.language).saved]
            })
          }),
      }),
    },
  }
}

/** Nothing of it is planned any more, and what was said in confidence is erased. */
async function wind(
  core: Core,
  tx: Tx,
  programmeId: number,
  status: 'closed' | 'cancelled',
  today: Temporal.PlainDate,
  now: Temporal.Instant,
) {
  await tx.mentoringPair.deleteMany({ where: { programmeId, status: { in: ['proposed', 'forbidden'] } } })
  await withdrawOffers(core, tx, programmeId, now)
  const active = await tx.mentoringPair.findMany({ where: { programmeId, status: 'active' } })
  await endPairs(core, tx, active, status === 'closed' ? 'finished' : 'coordinator', today, now, () => [])
  await tx.mentoringMember.updateMany({ where: { programmeId }, data: { sealed: null } })
  await tx.mentoringProgramme.update({
    where: { id: programmeId },
    data: { status, version: { increment: 1 } },
  })
  const members = await tx.mentoringMember.findMany({
    where: { programmeId },
    select: { personId: true, status: true, answeredAt: true },
  })
  await core.notices.reconcile(
    tx,
    members.map(({ personId }) => ({ subject: memberSubject(programmeId, personId), wanted: [] })),
    now,
  )
  return { active, members }
}

const everyoneOf = (pairs: readonly { readonly menteeId: number; readonly mentorId: number }[]) =>
  new Set(pairs.flatMap(({ menteeId, mentorId }) => [menteeId, mentorId]))

/** Pairs end, what was said in confidence is erased, everybody of a pair gets one question. */
export async function closeProgramme(
  core: Core,
  tx: Tx,
  programmeId: number,
  today: Temporal.PlainDate,
  now: Temporal.Instant,
): Promise<void> {
  const { active } = await wind(core, tx, programmeId, 'closed', today, now)
  await tellOnce(
    core,
    tx,
    [...everyoneOf(active)].map((recipientId) => ({
      kind: kinds.survey,
      recipientId,
      subject: `mentoring.survey:${programmeId}`,
    })),
    now,
  )
}

/** As closing, without the question: whoever had heard of it and had not said no is told. */
async function cancelProgramme(
  core: Core,
  tx: Tx,
  programmeId: number,
  today: Temporal.PlainDate,
  now: Temporal.Instant,
): Promise<void> {
  const offered = await tx.mentoringPair.findMany({ where: { programmeId, status: 'offered' } })
  const { active, members } = await wind(core, tx, programmeId, 'cancelled', today, now)
  // Whoever was named for a pair that was never published has heard of nothing.
  const answered = members.filter((each) => each.answeredAt && each.status === 'joined')
  const told = new Set([...everyoneOf([...active, ...offered]), ...answered.map(({ personId }) => personId)])
  await tellOnce(
    core,
    tx,
    [...told].map((recipientId) => ({
      kind: kinds.cancelled,
      recipientId,
      subject: `mentoring.cancelled:${programmeId}`,
    })),
    now,
  )
}

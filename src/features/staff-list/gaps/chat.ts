// 評価者の設定: HR sees who lacks an evaluator and names them, a section at a time, in one form.
import { z } from 'zod'
import type { FieldErrors, FormValues } from '../../../cards/card.ts'
import { one } from '../../../cards/values.ts'
import { writeAudit } from '../../../db/audit.ts'
import { fromDbDate, toDbDate } from '../../../db/time.ts'
import { inTransaction, type Tx } from '../../../db/transaction.ts'
import { nameEvaluator } from '../../../directory/change/evaluators.ts'
import { inForce, loadOrganisation } from '../../../directory/load.ts'
import type { Organisation } from '../../../directory/organisation.ts'
import { loadPeople } from '../../../directory/people.ts'
import { reaches } from '../../../directory/rights.ts'
import {
  type Ask,
  action,
  type FormAnswer,
  form,
  openForm,
  replaceWith,
  say,
} from '../../../intake/handler.ts'
import { hr } from '../../../intake/permissions.ts'
import { fiscalYearOf, fiscalYearStart } from '../../../kernel/fiscal-year.ts'
import type { Core, Feature } from '../../feature.ts'
import { findEmployed } from '../people-repository.ts'
import { findGaps, type Gap, type GapWorld, gapName, type NeededRole, neededRoles } from './find.ts'
import { en } from './texts.en.ts'
import { ja } from './texts.ja.ts'
import { type Gaps, gapsCard, gapsForm, perForm, textsIn } from './views.ts'

const again = { id: 'staff-list.gaps' }
const patient = { timeout: 60_000 }

/** Everybody employed today with the organisation around them. */
async function loadWorld(tx: Tx, today: Temporal.PlainDate): Promise<GapWorld> {
  const org = await loadOrganisation(tx, today)
  const day = toDbDate(today)
  const people = await tx.person.findMany({
    where: { OR: [{ leftOn: null }, { leftOn: { gt: day } }] },
    select: { id: true },
    orderBy: { number: 'asc' },
  })
  const left = await tx.person.findMany({
    where: { leftOn: { lte: day }, routesTo: { some: {} } },
    select: { id: true },
  })
  return {
    org,
    personIds: people.flatMap(({ id }) => (org.mainPost(id) ? [id] : [])),
    left: new Set(left.map(({ id }) => id)),
  }
}

/** Those within the officer's part; who is proposed may stand outside it. */
const reached = (ask: Ask, world: GapWorld, role: NeededRole): Gap[] =>
  findGaps(world, role).flatMap((gap) => {
    const personIds = gap.personIds.filter((id) => reaches(ask.actor, 'hr', id, world.org))
    return personIds.length > 0 ? [{ ...gap, personIds }] : []
  })

const allGaps = (ask: Ask, world: GapWorld): Gaps => ({
  first: reached(ask, world, 'first'),
  second: reached(ask, world, 'second'),
  adjuster: reached(ask, world, 'adjuster'),
  decider: reached(ask, world, 'decider'),
  unused: new Set(
    neededRoles.filter(
      (role) =>
        (role === 'adjuster' || role === 'decider') &&
        world.personIds.every((id) => world.org.evaluator(id, role) === null),
    ),
  ),
})

export function gaps(core: Core): Omit<Feature, 'name'> {
  const card = async (tx: Tx, ask: Ask, note?: string) => {
    const world = await loadWorld(tx, ask.today)
    return gapsCard(allGaps(ask, world), world.org, ask.language, note)
  }

  const save = (
    ask: Ask,
    { role, of }: { role: NeededRole; of: string },
    values: FormValues,
  ): Promise<FormAnswer | { errors: FieldErrors }> =>
    inTransaction(
      core.db,
      async (tx): Promise<FormAnswer | { errors: FieldErrors }> => {
        // One officer at a time: what the first one named, the second one finds.
        await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtext('hagukumi.evaluators'))`
        const t = textsIn(ask.language)
        const names = of.split(',').slice(0, perForm)
        const entered = names.flatMap((name) => (one(values, name) === '' ? [] : [name]))
        const [first] = names
        if (entered.length === 0 && first) return { errors: { [first]: t.errors.empty } }
        const world = await loadWorld(tx, ask.today)
        const present = new Map(reached(ask, world, role).map((gap) => [gapName(gap), gap]))
        const errors: Record<string, string> = {}
        const chosen: { gap: Gap; evaluatorId: number }[] = []
        for (const name of entered) {
          const person = await findEmployed(tx, Number(one(values, name)), ask.today)
          const gap = present.get(name)
          if (!person) errors[name] = t.errors.person
          else if (gap?.kind === 'person' && gap.personIds.includes(person.id)) errors[name] = t.errors.self
          else if (gap) chosen.push({ gap, evaluatorId: person.id })
        }
        if (Object.keys(errors).length > 0) return { errors }
        const people: number[] = []
        for (const { gap, evaluatorId } of chosen)
          people.push(...(await fill(tx, ask, world, role, gap, evaluatorId)))
        const concerned = [...new Set(people)]
        if (concerned.length > 0)
          await core.tell({ type: 'transfer-effective', personIds: concerned, on: ask.today }, tx, ask.now)
        const note = chosen.length > 0 ? t.done(t.role[role], concerned.length) : t.already
        return replaceWith(await card(tx, ask, note), again)
      },
      patient,
    )

  return {
    commands: [
      {
        id: 'staff-list.gaps',
        phrases: {
          ja: ['評価者', '評価者 設定', '評価者 未設定'],
          en: ['evaluators', 'missing evaluators'],
        },
        help: { ja: ja.help, en: en.help },
        permission: hr,
        handle: async (ask) => say(await card(core.db.prisma, ask), again),
      },
    ],
    questions: [
      { command: 'staff-list.gaps', all: [/評価者|調整者|決定者/, /いない|未設定|決まって|設定|空欄|足り/] },
      { command: 'staff-list.gaps', all: [/evaluator/, /missing|without|lack|gap|name/] },
    ],
    actions: {
      'staff-list.gaps': action({
        effect: 'reads',
        permission: hr,
        data: z.object({}),
        handle: async (ask) => replaceWith(await card(core.db.prisma, ask), again),
      }),
      'staff-list.gaps-fill': action({
        effect: 'reads',
        opensForm: true,
        permission: hr,
        data: z.object({ role: z.enum(neededRoles) }),
        handle: async (ask, { role }): Promise<FormAnswer> => {
          const { prisma } = core.db
          const world = await loadWorld(prisma, ask.today)
          const found = reached(ask, world, role)
          if (found.length === 0)
            return replaceWith(
              gapsCard(allGaps(ask, world), world.org, ask.language, textsIn(ask.language).already),
              again,
            )
          const shown = found
            .slice(0, perForm)
            .flatMap((gap) => [...gap.personIds, ...(gap.proposed === null ? [] : [gap.proposed])])
          const people = await loadPeople(prisma, shown, ask.today)
          return openForm(gapsForm(role, found, world.org, people, ask.language))
        },
      }),
    },
    forms: {
      'staff-list.gaps-save': form({
        searches: true,
        permission: hr,
        data: z.object({ role: z.enum(neededRoles), of: z.string().max(400) }),
        handle: save,
      }),
    },
    alarms: async (tx, ask, which) => {
      const said = which === 'loud' ? undefined : await missing(tx, ask)
      if (!said) return []
      const remedy = {
        label: textsIn(ask.language).open,
        action: { id: 'intake.run', data: { command: 'staff-list.gaps' } },
      }
      // Home has its own line of it.
      return [{ at: null, text: said, remedy, quiet: true }]
    },
    home: async (ask) => {
      const said = await missing(core.db.prisma, ask)
      if (!said) return []
      const fill = { id: 'staff-list.gaps-fill', data: { role: 'first' } }
      return [{ at: null, text: said, button: { label: textsIn(ask.language).open, action: fill } }]
    },
  }
}

/** In one line, for HR: how many have no first evaluator. Undefined: nobody, or it is not theirs to know. */
async function missing(tx: Tx, ask: Ask): Promise<string | undefined> {
  if ((await hr.allows(ask.actor, ask.now)) !== true) return undefined
  // Whoever stands alone (a head, whose section has one) is on the card of gaps alone.
  const open = reached(ask, await loadWorld(tx, ask.today), 'first').filter(({ kind }) => kind === 'section')
  if (open.length === 0) return undefined
  const people = open.reduce((sum, { personIds }) => sum + personIds.length, 0)
  return textsIn(ask.language).alarm(people, new Set(open.map(({ sectionId }) => sectionId)).size)
}

/** Names one evaluator for a gap and returns whom that concerns. What others have, or had before, stays. */
async function fill(
  tx: Tx,
  ask: Ask,
  { org, left }: GapWorld,
  role: NeededRole,
  gap: Gap,
  evaluatorId: number,
): Promise<number[]> {
  const { today } = ask
  const yearStart = fiscalYearStart(fiscalYearOf(today))
  const audit = (subject: string, subjectPersonId: number | null) =>
    writeAudit(tx, {
      at: ask.now,
      actorId: ask.actor.id,
      via: 'chat',
      action: 'route.filled',
      subject,
      subjectPersonId,
      change: { role, evaluator: evaluatorId },
      flow: ask.flow,
    })
  // Their own route names somebody who has left: the section's would not reach them.
  const own = await tx.route.findMany({
    where: { role, subjectPersonId: { in: [...gap.personIds] }, ...inForce(today) },
    select: { subjectPersonId: true, evaluatorId: true },
  })
  const stale = new Set(own.flatMap((row) => (left.has(row.evaluatorId) ? (row.subjectPersonId ?? []) : [])))
  const single = gap.personIds.filter((id) => gap.kind === 'person' || stale.has(id))
  const concerned = new Set<number>()
  for (const personId of single) {
    if (personId === evaluatorId) continue
    const post = await tx.post.findFirst({
      where: { personId, main: true, ...inForce(today) },
      select: { validFrom: true },
    })
    const begun = post ? later(yearStart, fromDbDate(post.validFrom)) : yearStart
    const subject = { subjectPersonId: personId }
    await nameEvaluator(tx, { role, subject, evaluatorId, today, from: begun })
    await audit(`person:${personId}`, personId)
    concerned.add(personId)
  }
  if (single.length === gap.personIds.length) return [...concerned]
  const { sectionId } = gap
  const named = await nameEvaluator(tx, {
    role,
    subject: { subjectSectionId: sectionId },
    evaluatorId,
    today,
    from: await noneSince(tx, org, sectionId, role, yearStart),
    keepsPresent: true,
  })
  if (!named) return [...concerned]
  await audit(`section:${sectionId}`, null)
  for (const id of gap.personIds) if (id !== evaluatorId) concerned.add(id)
  return [...concerned]
}

const later = (a: Temporal.PlainDate, b: Temporal.PlainDate) =>
  Temporal.PlainDate.compare(a, b) >= 0 ? a : b

/** Nobody was named for the section, or above it, since then: what was before is somebody's. */
async function noneSince(
  tx: Tx,
  org: Organisation,
  sectionId: number,
  role: NeededRole,
  yearStart: Temporal.PlainDate,
): Promise<Temporal.PlainDate> {
  const rows = await tx.route.findMany({
    where: { role, subjectSectionId: { in: org.chain(sectionId).map(({ id }) => id) } },
    select: { validFrom: true, validTo: true },
  })
  const ends = rows.flatMap(({ validFrom, validTo }) => {
    const from = fromDbDate(validFrom)
    // Somebody stands there now who has left: what was due before is theirs to have, or HR's to give.
    if (
      Temporal.PlainDate.compare(from, org.on) <= 0 &&
      (!validTo || Temporal.PlainDate.compare(fromDbDate(validTo), org.on) > 0)
    )
      return [org.on]
    return validTo ? [fromDbDate(validTo)] : []
  })
  return ends.reduce(later, yearStart)
}

// 議会: HR enters a year's sessions once; whoever attends is left alone in them, and may say otherwise.
import { z } from 'zod'
import type { FieldErrors, FormValues } from '../../cards/card.ts'
import { one } from '../../cards/values.ts'
import { toDbDate } from '../../db/time.ts'
import { inTransaction, type Tx } from '../../db/transaction.ts'
import { assemblyGrade, attendees, loadSessions } from '../../directory/assembly.ts'
import type { DomainEvent } from '../../directory/events.ts'
import { readSetting, writeSetting } from '../../directory/settings.ts'
import { auditing } from '../../intake/audited.ts'
import { type Ask, action, type FormAnswer, form, openForm, replaceWith, say } from '../../intake/handler.ts'
import { everyStaffMember, hrOfWholeCity } from '../../intake/permissions.ts'
import { HolidaysUnknownError } from '../../kernel/calendar.ts'
import { fiscalYearOf } from '../../kernel/fiscal-year.ts'
import type { Core, Feature } from '../feature.ts'
import { assemblyFile } from './assembly-file.ts'
import { markOfYear, overlap, readYear, type SessionRow } from './assembly-rules.ts'
import { loadYear, lockAssembly, mark, markedOf, saveYear } from './assembly-store.ts'
import { assemblyCard, problemsIn, whoForm, yearForm } from './assembly-views.ts'
import { textsIn } from './closure-views.ts'
import { en } from './texts.en.ts'
import { ja } from './texts.ja.ts'

const again = { id: 'calendars.assembly' }
const onTrail = auditing('calendar')
const patient = { timeout: 60_000 }
const yearData = z.object({ year: z.number().int().min(1900).max(9999) })

export function assembly(core: Core): Omit<Feature, 'name'> {
  const years = (today: Temporal.PlainDate) => [fiscalYearOf(today), fiscalYearOf(today) + 1]
  const isNear = (year: number, today: Temporal.PlainDate) => years(today).includes(year)

  const card = async (tx: Tx, ask: Ask, note?: string) => {
    const whole = (await hrOfWholeCity.allows(ask.actor, ask.now)) === true
    const shown: { year: number; sessions: readonly SessionRow[] }[] = []
    for (const year of years(ask.today)) shown.push({ year, sessions: await loadYear(tx, year) })
    const attending = await attendees(tx, ask.today, whole ? undefined : [ask.actor.id])
    return assemblyCard(
      {
        years: shown,
        today: ask.today,
        attends: attending.has(ask.actor.id),
        byGrade: (await markedOf(tx, ask.actor.id)) === null,
        whole,
        ...(whole && { people: attending.size }),
      },
      ask.language,
      note,
    )
  }

  const audit = (tx: Tx, ask: Ask, what: string, change: Record<string, string | number>, about?: number) =>
    onTrail(tx, ask, `assembly-${what}`, about === undefined ? 'assembly' : `person:${about}`, change, about)

  /** What is asked of those who attend follows their days. */
  const tell = async (tx: Tx, ask: Ask, personIds: Iterable<number>) => {
    const ids = [...new Set(personIds)]
    if (ids.length > 0) await core.tell({ type: 'calendars-changed', personIds: ids }, tx, ask.now)
  }

  const enter = (
    ask: Ask,
    { year, mark: seen }: { year: number; mark: string },
    values: FormValues,
  ): Promise<FormAnswer | { errors: FieldErrors }> =>
    inTransaction(
      core.db,
      async (tx): Promise<FormAnswer | { errors: FieldErrors }> => {
        await lockAssembly(tx)
        const t = textsIn(ask.language).assembly
        const present = isNear(year, ask.today) ? await loadYear(tx, year) : undefined
        if (!present || markOfYear(present).slice(0, 800) !== seen)
          return replaceWith(await card(tx, ask, t.changedSince), again)
        const entered = readYear(values, year)
        const { from, to } = { from: year, to: year + 1 }
        const others = [...(await loadYear(tx, from - 1)), ...(await loadYear(tx, to))]
        const clash = entered.sessions.some((session) => others.some((other) => overlap(other, session)))
        if (clash) return { errors: { others: t.wrong.overlap } }
        if (entered.problems.length > 0) return { errors: problemsIn(entered.problems, year, ask.language) }
        try {
          await saveYear(tx, year, entered, core.zone, { actorId: ask.actor.id, now: ask.now })
        } catch (error) {
          if (error instanceof HolidaysUnknownError) return { errors: { from0: t.unknownYear } }
          throw error
        }
        const said = entered.sessions.map(({ name, from: first, to: end }) => `${name} ${first}/${end}`)
        await audit(tx, ask, 'entered', { year, sessions: said.join(', ').slice(0, 500) })
        await tell(tx, ask, await attendees(tx, ask.today))
        return replaceWith(await card(tx, ask, t.entered(entered.sessions.length)), again)
      },
      patient,
    )

  const choose = (ask: Ask, values: FormValues): Promise<FormAnswer | { errors: FieldErrors }> =>
    inTransaction(
      core.db,
      async (tx): Promise<FormAnswer | { errors: FieldErrors }> => {
        const t = textsIn(ask.language).assembly
        const grades = await tx.grade.findMany({ select: { rank: true } })
        const chosen = one(values, 'grade')
        const grade = chosen === 'none' ? null : grades.find(({ rank }) => String(rank) === chosen)?.rank
        const written = one(values, 'person')
        const id = Number(written)
        const person =
          written !== '' && Number.isSafeInteger(id) && id > 0 && id < 2 ** 31
            ? await tx.person.findFirst({
                where: { id, OR: [{ leftOn: null }, { leftOn: { gt: toDbDate(ask.today) } }] },
                select: { id: true },
              })
            : null
        if (grade === undefined) return { errors: { grade: t.choose } }
        if (written !== '' && !person) return { errors: { person: t.noPerson } }
        const what = one(values, 'what')
        if (person && !['yes', 'no', 'grade'].includes(what)) return { errors: { what: t.choose } }
        const before = await attendees(tx, ask.today)
        if ((await readSetting(tx, assemblyGrade)) !== grade) {
          await writeSetting(tx, assemblyGrade, grade, ask.now)
          await audit(tx, ask, 'grade', { grade: grade ?? 'none' })
        }
        if (person && (await mark(tx, person.id, what === 'grade' ? null : what === 'yes')))
          await audit(tx, ask, 'marked', { attends: what }, person.id)
        const after = await attendees(tx, ask.today)
        await tell(tx, ask, before.symmetricDifference(after))
        return replaceWith(await card(tx, ask, t.saved), again)
      },
      patient,
    )

  /** Promoted into a grade that attends, or out of it: what is asked of them follows at once. */
  const follow = async (
    tx: Tx,
    { personIds, on }: Extract<DomainEvent, { type: 'transfer-effective' }>,
    now: Temporal.Instant,
  ) => {
    const today = now.toZonedDateTimeISO(core.zone).toPlainDate()
    if ((await loadSessions(tx, today)).length === 0) return
    const before = await attendees(tx, on.subtract({ days: 1 }), personIds)
    const changed = [...before.symmetricDifference(await attendees(tx, today, personIds))]
    if (changed.length > 0) await core.tell({ type: 'calendars-changed', personIds: changed }, tx, now)
  }

  return {
    on: async (event, tx, now) => {
      if (event.type === 'transfer-effective') await follow(tx, event, now)
    },
    ...assemblyFile(core, async (tx, ask, note) => say(await card(tx, ask, note), again)),
    commands: [
      {
        id: 'calendars.assembly',
        phrases: {
          ja: ['議会', '議会 会期', '議会日程', '会期'],
          en: ['assembly', 'assembly sessions'],
        },
        help: { ja: ja.assembly.help, en: en.assembly.help },
        permission: everyStaffMember,
        ofUse: async (actor, now) => {
          if ((await hrOfWholeCity.allows(actor, now)) === true) return true
          const today = now.toZonedDateTimeISO(core.zone).toPlainDate()
          return (await attendees(core.db.prisma, today, [actor.id])).size > 0
        },
        handle: async (ask) => say(await card(core.db.prisma, ask), again),
      },
    ],
    questions: [
      { command: 'calendars.assembly', all: [/議会|会期|定例会/], not: [/面談|研修/] },
      { command: 'calendars.assembly', all: [/assembly/], not: [/interview|training/] },
    ],
    actions: {
      'calendars.assembly': action({
        effect: 'reads',
        permission: everyStaffMember,
        data: z.object({}),
        handle: async (ask) => replaceWith(await card(core.db.prisma, ask), again),
      }),
      'calendars.assembly-year': action({
        effect: 'reads',
        opensForm: true,
        permission: hrOfWholeCity,
        data: yearData,
        handle: async (ask, { year }): Promise<FormAnswer> => {
          if (isNear(year, ask.today))
            return openForm(yearForm(year, await loadYear(core.db.prisma, year), ask.language))
          const note = textsIn(ask.language).assembly.changedSince
          return replaceWith(await card(core.db.prisma, ask, note), again)
        },
      }),
      'calendars.assembly-who': action({
        effect: 'reads',
        opensForm: true,
        permission: hrOfWholeCity,
        data: z.object({}),
        handle: async (ask) => {
          const grades = await core.db.prisma.grade.findMany({
            orderBy: { rank: 'asc' },
            select: { rank: true, name: true },
          })
          return openForm(whoForm(grades, await readSetting(core.db.prisma, assemblyGrade), ask.language))
        },
      }),
      'calendars.assembly-self': action({
        effect: 'changes',
        permission: everyStaffMember,
        data: z.object({ attends: z.boolean() }),
        handle: (ask, { attends }) =>
          inTransaction(core.db, async (tx) => {
            const t = textsIn(ask.language).assembly
            const { id } = ask.actor
            // Their own: who attends may be reached all the same; who was marked may take it back.
            const before = (await attendees(tx, ask.today, [id])).has(id)
            if (before === attends || (attends && (await markedOf(tx, id)) === null))
              return replaceWith(await card(tx, ask), again)
            let changed = await mark(tx, id, attends ? null : false)
            // Marked by HR before: their grade alone would not bring it back.
            if (attends && !(await attendees(tx, ask.today, [id])).has(id))
              changed = (await mark(tx, id, true)) || changed
            if (changed) await audit(tx, ask, 'marked', { attends: attends ? 'grade' : 'no' }, id)
            await tell(tx, ask, [id])
            return replaceWith(await card(tx, ask, attends ? t.nowLeft : t.nowReached), again)
          }),
      }),
    },
    forms: {
      'calendars.assembly-year': form({
        permission: hrOfWholeCity,
        data: yearData.extend({ mark: z.string().max(800) }),
        handle: enter,
      }),
      'calendars.assembly-who': form({
        searches: true,
        permission: hrOfWholeCity,
        data: z.object({}),
        handle: (ask, _, values) => choose(ask, values),
      }),
    },
  }
}

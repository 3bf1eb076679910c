// What the two and their chief press.
import { z } from 'zod'
import type { FieldErrors, Form, FormValues } from '../../cards/card.ts'
import { dayOf, isWithinYear, one, raw } from '../../cards/values.ts'
import { toDbDate, toDbInstant } from '../../db/time.ts'
import { inTransaction, type Tx } from '../../db/transaction.ts'
import { membersOf, sectionsHeadedBy } from '../../directory/lines.ts'
import { inForce, loadOrganisation } from '../../directory/load.ts'
import { loadPeople } from '../../directory/people.ts'
import { readSetting, writeSetting } from '../../directory/settings.ts'
import { type Answer, type Ask, action, form, openForm, replaceWith, say } from '../../intake/handler.ts'
import { everyStaffMember } from '../../intake/permissions.ts'
import { formatDate } from '../../kernel/format.ts'
import { normalise } from '../../kernel/words.ts'
import type { Core } from '../feature.ts'
import { audit, find, hasLeft, notFound, settle } from './change.ts'
import { kinds, planHandover, tell } from './plan.ts'
import { cityTemplate, longestItem, mostItems, readItems, templateFor } from './settings.ts'
import { handoverSubject, sideOf } from './state.ts'
import { endHandover, loadHandovers, moveHandover } from './store.ts'
import { en } from './texts.en.ts'
import { ja } from './texts.ja.ts'
import { textsIn } from './texts.ts'
import { handoverCard, listCard, nameIn, openHandover } from './views.ts'

const id = z.int().min(1).max(2_147_483_647)
const none = z.object({})
const page = z.int().min(1).max(100)
const seen = z.object({ handover: id, version: id })
const mostPeople = 95
const mostRows = 20
const mostTemplates = 4
/** Whoever moved away within these days can still be named as predecessor. */
const RECENT_DAYS = 60
const USUAL_DAYS = 14
/** A field holds no more. */
const longestList = 3_000

/** A day that is over is no proposal. */
const later = (due: Temporal.PlainDate, today: Temporal.PlainDate): Temporal.PlainDate =>
  Temporal.PlainDate.compare(due, today) > 0 ? due : today.add({ days: USUAL_DAYS })

export function handlers(core: Core) {
  const { db } = core
  const again = { id: 'handover.list' }

  /** Sections whose chief the person is. */
  const headed = async (tx: Tx, ask: Ask) => {
    const ids = await sectionsHeadedBy(tx, ask.actor.id, ask.today)
    return (await loadOrganisation(tx, ask.today, []))
      .sections()
      .filter(({ id: section }) => ids.has(section))
  }
  const runsCity = (ask: Ask) =>
    ask.actor.grants.some(({ role, sectionId }) => role === 'hr' && sectionId === null)

  /** Those whom a chief may name: their staff and themselves; as predecessors also who moved away lately. */
  async function candidates(tx: Tx, ask: Ask) {
    const members = await membersOf(tx, ask.actor.id, ask.today)
    if (members.length === 0) return undefined
    const posts = await tx.post.findMany({
      where: { AND: [inForce(ask.today), { main: true, personId: { in: members } }] },
      select: { sectionId: true },
    })
    const moved = await tx.post.findMany({
      where: {
        main: true,
        sectionId: { in: posts.map(({ sectionId }) => sectionId) },
        validTo: {
          gt: toDbDate(ask.today.subtract({ days: RECENT_DAYS })),
          lte: toDbDate(ask.today),
        },
      },
      select: { personId: true },
      orderBy: { validTo: 'desc' },
    })
    const here = [...members, ask.actor.id]
    const gone = [...new Set(moved.map(({ personId }) => personId))].filter((each) => !here.includes(each))
    return { here: here.slice(0, mostPeople), gone: gone.slice(0, mostPeople - 1) }
  }

  async function list(tx: Tx, ask: Ask, note?: string) {
    const own = ask.actor.id
    const members = await membersOf(tx, own, ask.today)
    const rows = await loadHandovers(
      tx,
      {
        status: 'open',
        OR: [{ fromId: own }, { toId: own }, { fromId: { in: members } }, { toId: { in: members } }],
      },
      mostRows,
    )
    const people = await loadPeople(
      tx,
      rows.flatMap(({ fromId, toId }) => [fromId, toId]),
      ask.today,
    )
    const sections = (await headed(tx, ask)).slice(0, mostTemplates)
    return listCard(rows, {
      language: ask.language,
      people,
      note,
      begins: members.length > 0,
      templates: [
        ...sections.map(({ id: section, name }) => ({ section, name })),
        ...(runsCity(ask) ? [{ section: 'city' as const, name: '' }] : []),
      ],
    })
  }

  async function shown(tx: Tx, ask: Ask, handoverId: number, at = 1, note?: string): Promise<Answer> {
    const { row, chief } = await find(tx, handoverId, ask)
    const people = await loadPeople(tx, [row.fromId, row.toId], ask.today)
    const fromHasLeft = await hasLeft(tx, row.fromId, ask.today)
    const view = { language: ask.language, people, reader: ask.actor.id, fromHasLeft, page: at, chief, note }
    return replaceWith(handoverCard(row, view), openHandover(handoverId, at))
  }

  async function beginForm(tx: Tx, ask: Ask): Promise<Form | undefined> {
    const found = await candidates(tx, ask)
    if (!found) return undefined
    const t = textsIn(ask.language)
    const people = await loadPeople(tx, [...found.here, ...found.gone], ask.today)
    const name = nameIn(people, ask.language)
    const here = found.here.map((each) => ({ label: name(each), value: `${each}` }))
    const gone = found.gone.map((each) => ({ label: t.gone(name(each)), value: `${each}` }))
    const from = [...gone, ...here].slice(0, mostPeople)
    return {
      language: ask.language,
      id: 'handover.begin',
      title: t.beginTitle,
      submit: t.begin,
      cancel: t.cancel,
      intro: t.beginIntro,
      fields: [
        {
          type: 'select',
          name: 'from',
          label: t.from,
          options: from,
          // Whoever has just gone is meant most likely; of the others nobody is named by mistake.
          ...(gone[0] && { value: gone[0].value }),
        },
        { type: 'select', name: 'to', label: t.to, options: here },
        {
          type: 'date',
          name: 'due',
          label: t.due,
          value: ask.today.add({ days: USUAL_DAYS }).toString(),
        },
      ],
    }
  }

  async function begin(ask: Ask, values: FormValues) {
    return inTransaction(db, async (tx): Promise<Answer | { readonly errors: FieldErrors }> => {
      const t = textsIn(ask.language)
      const found = await candidates(tx, ask)
      const [fromId, toId] = [Number(one(values, 'from')), Number(one(values, 'to'))]
      if (!found?.here.includes(toId)) return { errors: { to: t.wrong } }
      if (![...found.here, ...found.gone].includes(fromId)) return { errors: { from: t.wrong } }
      if (fromId === toId) return { errors: { from: t.same } }
      const due = dayOf(values, 'due')
      if (!isWithinYear(due, ask.today)) return { errors: { due: t.dueWrong } }
      // One at a time, also where two begin it at once.
      await tx.$queryRaw`SELECT id FROM person WHERE id = ${toId} FOR UPDATE`
      const org = await loadOrganisation(tx, ask.today, [toId, fromId])
      const sectionId = org.mainPost(toId)?.sectionId ?? org.mainPost(fromId)?.sectionId
      if (sectionId === undefined) return { errors: { to: t.wrong } }
      if ((await tx.handover.count({ where: { sectionId, fromId, toId, status: 'open' } })) > 0)
        return { errors: { to: t.exists } }
      const items = await templateFor(tx, org, sectionId)
      const { id: made } = await tx.handover.create({
        data: {
          sectionId,
          fromId,
          toId,
          startedById: ask.actor.id,
          dueOn: toDbDate(due),
          createdAt: toDbInstant(ask.now),
          items: { create: items.map((text, i) => ({ ordinal: i + 1, text })) },
        },
        select: { id: true },
      })
      const [row] = await loadHandovers(tx, { id: made })
      if (!row) throw notFound()
      await planHandover(core, tx, row, ask.now)
      const to = [fromId, toId].filter((each) => each !== ask.actor.id)
      await tell(core, tx, kinds.begun, `handover-begun:${row.id}`, to, ask.now)
      await audit(tx, ask, 'begun', handoverSubject(row.id), { items: items.length, from: fromId }, toId)
      return replaceWith(await list(tx, ask, t.begun), again)
    })
  }

  /** Sets or takes back the reader's own tick. */
  const ticking = (ask: Ask, data: { readonly item: number; readonly page: number }, done: boolean) =>
    inTransaction(db, async (tx) => {
      const t = textsIn(ask.language)
      const item = await tx.handoverItem.findUnique({ where: { id: data.item } })
      if (!item) throw notFound()
      const { row } = await find(tx, item.handoverId, ask)
      const side = sideOf(row, ask.actor.id)
      if (!side) throw notFound()
      if (row.status !== 'open') return shown(tx, ask, row.id, data.page, t.stale)
      const at = done ? toDbInstant(ask.now) : null
      // The first tick counts; a second click changes nothing.
      await tx.handoverItem.updateMany({
        where: { id: item.id, ...(done && (side === 'from' ? { fromDone: null } : { toDone: null })) },
        data: side === 'from' ? { fromDone: at } : { toDone: at },
      })
      await settle(core, tx, row.id, ask.today, ask.now)
      return shown(tx, ask, row.id, data.page, done ? t.tickedNote : t.untickedNote)
    })

  /** Whose template is asked for, if the reader may change it. Throws Refusal. */
  const templateOf = async (tx: Tx, ask: Ask, section: number | undefined) => {
    if (section === undefined) {
      if (!runsCity(ask)) throw notFound()
      return undefined
    }
    const found = (await headed(tx, ask)).find((each) => each.id === section)
    if (!found) throw notFound()
    return found.id
  }

  return {
    commands: [
      {
        id: 'handover.list',
        phrases: {
          ja: ['業務引継', '業務引継ぎ', '引継ぎ', '引き継ぎ'],
          en: ['handover', 'hand over'],
        },
        help: { ja: ja.help, en: en.help },
        permission: everyStaffMember,
        ofUse: async ({ id: own }: { readonly id: number }, now: Temporal.Instant) =>
          (await membersOf(db.prisma, own, now.toZonedDateTimeISO(core.zone).toPlainDate())).length > 0 ||
          (await db.prisma.handover.count({
            where: { status: 'open', OR: [{ fromId: own }, { toId: own }] },
          })) > 0,
        handle: async (ask: Ask) => say(await list(db.prisma, ask), again),
      },
    ],
    questions: [{ command: 'handover.list', all: [/引き?継|hand\s?over/], weight: 1 }],
    actions: {
      'handover.list': action({
        effect: 'reads',
        permission: everyStaffMember,
        data: none,
        handle: async (ask) => replaceWith(await list(db.prisma, ask), again),
      }),
      'handover.open': action({
        effect: 'reads',
        permission: everyStaffMember,
        data: z.object({ handover: id, page: page.default(1) }),
        handle: (ask, data) => inTransaction(db, (tx) => shown(tx, ask, data.handover, data.page)),
      }),
      'handover.begin': action({
        effect: 'reads',
        opensForm: true,
        permission: everyStaffMember,
        data: none,
        handle: async (ask) => {
          const opened = await beginForm(db.prisma, ask)
          return opened ? openForm(opened) : replaceWith(await list(db.prisma, ask), again)
        },
      }),
      'handover.tick': action({
        effect: 'changes',
        permission: everyStaffMember,
        data: z.object({ item: id, page: page.default(1) }),
        handle: (ask, data) => ticking(ask, data, true),
      }),
      'handover.untick': action({
        effect: 'changes',
        permission: everyStaffMember,
        data: z.object({ item: id, page: page.default(1) }),
        handle: (ask, data) => ticking(ask, data, false),
      }),
      'handover.move': action({
        effect: 'reads',
        opensForm: true,
        permission: everyStaffMember,
        data: seen,
        handle: (ask, data) =>
          inTransaction(db, async (tx) => {
            const t = textsIn(ask.language)
            const { row, chief } = await find(tx, data.handover, ask)
            if (!chief) throw notFound()
            if (row.status !== 'open') return shown(tx, ask, row.id, 1, t.stale)
            return openForm({
              language: ask.language,
              id: 'handover.move',
              title: t.moveTitle,
              submit: t.save,
              cancel: t.cancel,
              intro: t.moveIntro,
              data: { handover: row.id, version: row.version },
              fields: [
                { type: 'date', name: 'due', label: t.due, value: later(row.due, ask.today).toString() },
              ],
            })
          }),
      }),
      'handover.add': action({
        effect: 'reads',
        opensForm: true,
        permission: everyStaffMember,
        data: seen,
        handle: (ask, data) =>
          inTransaction(db, async (tx) => {
            const t = textsIn(ask.language)
            const { row } = await find(tx, data.handover, ask)
            if (row.status !== 'open') return shown(tx, ask, row.id, 1, t.stale)
            return openForm({
              language: ask.language,
              id: 'handover.add',
              title: t.addTitle,
              submit: t.save,
              cancel: t.cancel,
              data: { handover: row.id },
              fields: [
                {
                  type: 'text',
                  name: 'items',
                  label: t.addField,
                  hint: t.addHint,
                  multiline: true,
                  maxLength: longestList,
                },
              ],
            })
          }),
      }),
      'handover.stop': action({
        effect: 'changes',
        permission: everyStaffMember,
        data: seen,
        handle: (ask, data) =>
          inTransaction(db, async (tx) => {
            const t = textsIn(ask.language)
            const { row, chief } = await find(tx, data.handover, ask)
            if (!chief) throw notFound()
            if (row.status !== 'open' || row.version !== data.version)
              return shown(tx, ask, row.id, 1, t.stale)
            await endHandover(tx, row.id, 'cancelled', ask.today)
            await planHandover(core, tx, { ...row, status: 'cancelled' }, ask.now)
            const to = [row.fromId, row.toId].filter((each) => each !== ask.actor.id)
            await tell(core, tx, kinds.stopped, `handover-stopped:${row.id}`, to, ask.now)
            await audit(tx, ask, 'stopped', handoverSubject(row.id), { due: row.due.toString() }, row.toId)
            return shown(tx, ask, row.id, 1, t.stopped)
          }),
      }),
      'handover.template': action({
        effect: 'reads',
        opensForm: true,
        permission: everyStaffMember,
        data: z.object({ section: id.optional() }),
        handle: (ask, data) =>
          inTransaction(db, async (tx) => {
            const t = textsIn(ask.language)
            const section = await templateOf(tx, ask, data.section)
            const org = await loadOrganisation(tx, ask.today, [])
            const items =
              section === undefined
                ? await readSetting(tx, cityTemplate)
                : await templateFor(tx, org, section)
            return openForm({
              language: ask.language,
              id: 'handover.template',
              title: t.templateTitle,
              submit: t.save,
              cancel: t.cancel,
              intro: t.templateIntro,
              data: section === undefined ? {} : { section },
              fields: [
                {
                  type: 'text',
                  name: 'items',
                  label: t.templateField,
                  multiline: true,
                  optional: true,
                  maxLength: longestList,
                  value: items.join('\n').slice(0, longestList),
                },
              ],
            })
          }),
      }),
    },
    forms: {
      'handover.move': form({
        permission: everyStaffMember,
        data: seen,
        handle: (ask, data, values) =>
          inTransaction(db, async (tx) => {
            const t = textsIn(ask.language)
            const { row, chief } = await find(tx, data.handover, ask)
            if (!chief) throw notFound()
            if (row.status !== 'open' || row.version !== data.version)
              return shown(tx, ask, row.id, 1, t.stale)
            const due = dayOf(values, 'due')
            if (!isWithinYear(due, ask.today)) return { errors: { due: t.dueWrong } }
            await moveHandover(tx, row.id, due)
            await planHandover(core, tx, { ...row, due }, ask.now)
            const to = [row.fromId, row.toId].filter((each) => each !== ask.actor.id)
            await tell(core, tx, kinds.moved, `handover-moved:${row.id}`, to, ask.now, `${row.version + 1}`)
            const change = { from: row.due.toString(), due: due.toString() }
            await audit(tx, ask, 'moved', handoverSubject(row.id), change, row.toId)
            return shown(tx, ask, row.id, 1, t.moved(formatDate(due, ask.language)))
          }),
      }),
      'handover.begin': form({
        permission: everyStaffMember,
        data: none,
        handle: (ask, _, values) => begin(ask, values),
      }),
      'handover.add': form({
        permission: everyStaffMember,
        data: z.object({ handover: id }),
        handle: (ask, data, values) =>
          inTransaction(db, async (tx) => {
            const t = textsIn(ask.language)
            const { row } = await find(tx, data.handover, ask)
            if (row.status !== 'open') return shown(tx, ask, row.id, 1, t.stale)
            const items = readItems(normalise(raw(values, 'items'), { lines: true }))
            if (!items || row.items.length + items.length > mostItems) return { errors: { items: t.tooMany } }
            if (items.length === 0) return { errors: { items: t.required } }
            const last = Math.max(0, ...row.items.map(({ ordinal }) => ordinal))
            await tx.handoverItem.createMany({
              data: items.map((text, i) => ({ handoverId: row.id, ordinal: last + i + 1, text })),
            })
            await settle(core, tx, row.id, ask.today, ask.now)
            return shown(tx, ask, row.id, 1, t.added)
          }),
      }),
      'handover.template': form({
        permission: everyStaffMember,
        data: z.object({ section: id.optional() }),
        handle: (ask, data, values) =>
          inTransaction(db, async (tx) => {
            const t = textsIn(ask.language)
            const section = await templateOf(tx, ask, data.section)
            const items = readItems(normalise(raw(values, 'items'), { lines: true }))
            if (!items || items.some((item) => item.length > longestItem))
              return { errors: { items: t.tooMany } }
            if (section === undefined) {
              if (items.length === 0) return { errors: { items: t.required } }
              await writeSetting(tx, cityTemplate, items, ask.now)
            } else {
              const fields = { items, updatedAt: toDbInstant(ask.now) }
              await tx.handoverTemplate.upsert({
                where: { sectionId: section },
                create: { sectionId: section, ...fields },
                update: fields,
              })
            }
            await audit(tx, ask, 'template', section === undefined ? 'handover' : `section:${section}`, {
              items: items.length,
            })
            return replaceWith(await list(tx, ask, t.templateSaved), again)
          }),
      }),
    },
  }
}

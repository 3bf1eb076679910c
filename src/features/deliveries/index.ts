// 送信状況: what went out, what waits, what was not delivered and why, send again; 届いたお知らせ: what one was sent.
import { z } from 'zod'
import type { FormValues } from '../../cards/card.ts'
import { writeAudit } from '../../db/audit.ts'
import { inTransaction, type Tx } from '../../db/transaction.ts'
import { letGo, sendAgain } from '../../delivery/again.ts'
import { type Cursor, sentTo } from '../../delivery/outlook.ts'
import { loadOrganisation } from '../../directory/load.ts'
import { addressed, loadPeople } from '../../directory/people.ts'
import { reach, reaches } from '../../directory/rights.ts'
import { type Ask, action, form, openForm, replaceWith, say } from '../../intake/handler.ts'
import { everyStaffMember, hr } from '../../intake/permissions.ts'
import type { Core, Feature } from '../feature.ts'
import { alarm, alarmAgain, alarmCard, alarmHome, deliveryAlarms } from './alarm.ts'
import { type Failed, loadFailed, loadOverview, type Part, pageSize } from './repository.ts'
import { en } from './texts.en.ts'
import { ja } from './texts.ja.ts'
import { textsIn } from './texts.ts'
import { historyCard, overviewCard, personForm, type Reader, toldForm } from './views.ts'

const historySize = 15
const pageNumber = z.int().min(1).max(10_000)
const personId = z.int().min(1).max(2_147_483_647)
/** Where an older page of a history begins: milliseconds since the epoch, and the notice. */
const before = z.object({ at: z.int(), id: z.int() })

const cursorOf = (from: { at?: number; id?: number }): Cursor | undefined => {
  const read = before.safeParse(from)
  return read.success
    ? { at: Temporal.Instant.fromEpochMilliseconds(read.data.at), id: read.data.id }
    : undefined
}

export function deliveries(core: Core): Feature {
  const readerOf = (ask: Ask): Reader => ({
    language: ask.language,
    zone: core.zone,
    titleOf: (kind) => core.noticeTitle?.(kind),
  })
  const partOf = async (tx: Tx, ask: Ask): Promise<Part> =>
    reach(ask.actor, 'hr', await loadOrganisation(tx, ask.today, []))
  const asked = (ask: Ask, part: Part) => ({ part, now: ask.now, zone: core.zone })

  /** The page as it stands; one past the end shows the last. */
  const overview = async (tx: Tx, ask: Ask, wanted: number, note?: string) => {
    const org = await loadOrganisation(tx, ask.today, [])
    const part = reach(ask.actor, 'hr', org)
    let page = wanted
    let found = await loadOverview(tx, asked(ask, part), page)
    if (found.failed.length === 0 && page > 1) {
      const { people } = await loadFailed(tx, asked(ask, part), { limit: 1, offset: 0 })
      page = Math.max(1, Math.ceil(people / pageSize))
      found = await loadOverview(tx, asked(ask, part), page)
    }
    const people = await loadPeople(
      tx,
      found.failed.map((each) => each.personId),
      ask.today,
    )
    return overviewCard(
      {
        overview: found,
        people,
        sectionOf: (person) => org.section(person?.sectionId ?? 0)?.name,
        page,
        whole: part === 'all',
        ...(note !== undefined && { note }),
      },
      readerOf(ask),
    )
  }
  const again = (page: number) => ({ id: 'deliveries.overview', data: { page } })

  const mine = async (tx: Tx, ask: Ask, from?: Cursor) => {
    const told = await sentTo(tx, ask.actor.id, { limit: historySize, ...(from && { before: from }) })
    const older = told.next && {
      id: 'deliveries.mine',
      data: { at: told.next.at.epochMilliseconds, id: told.next.id },
    }
    return historyCard(told, readerOf(ask), { ...(older && { older }) })
  }

  /** Undefined for somebody outside the reader's part of the city. */
  const history = async (tx: Tx, ask: Ask, person: number, from?: Cursor) => {
    const org = await loadOrganisation(tx, ask.today, [person])
    const known = (await loadPeople(tx, [person], ask.today)).get(person)
    if (!known || !reaches(ask.actor, 'hr', person, org)) return undefined
    const told = await sentTo(tx, person, { limit: historySize, ...(from && { before: from }) })
    const older = told.next && {
      id: 'deliveries.history',
      data: { person, at: told.next.at.epochMilliseconds, id: told.next.id },
    }
    return historyCard(told, readerOf(ask), { who: addressed(known, ask.language), ...(older && { older }) })
  }

  /** Undefined where it has changed since it was shown. */
  const stillFailed = async (tx: Tx, ask: Ask, part: Part, person: number, mark: string) => {
    const { failed } = await loadFailed(tx, asked(ask, part), { limit: 1, offset: 0 }, { personId: person })
    return failed[0]?.mark === mark ? failed[0] : undefined
  }
  const trail = (
    tx: Tx,
    ask: Ask,
    found: Failed,
    what: 'deliveries.sent-again' | 'deliveries.told-otherwise',
    notices: number,
  ) =>
    writeAudit(tx, {
      at: ask.now,
      actorId: ask.actor.id,
      via: 'chat',
      action: what,
      subject: `person:${found.personId}`,
      subjectPersonId: found.personId,
      change: { notices, reason: found.reason, kinds: found.kinds.map(({ kind }) => kind) },
      flow: ask.flow,
    })

  const chosen = (values: FormValues): number | undefined => {
    const value = values.person
    return personId.safeParse(Number(typeof value === 'string' ? value : value?.[0])).data
  }

  const alarms = alarm(core)
  return {
    name: 'deliveries',
    title: { ja: 'お知らせの送信', en: 'Delivery of notices' },
    commands: [
      ...alarms.commands,
      {
        id: 'deliveries.status',
        phrases: { ja: ['送信状況', '配信状況'], en: ['delivery', 'delivery status'] },
        help: { ja: ja.overviewHelp, en: en.overviewHelp },
        permission: hr,
        handle: (ask) => inTransaction(core.db, async (tx) => say(await overview(tx, ask, 1), again(1))),
      },
      {
        id: 'deliveries.my-notices',
        phrases: { ja: ['届いたお知らせ', 'お知らせ 一覧'], en: ['my notices', 'notices'] },
        help: { ja: ja.mineHelp, en: en.mineHelp },
        permission: everyStaffMember,
        handle: (ask) => inTransaction(core.db, async (tx) => say(await mine(tx, ask))),
      },
    ],
    questions: [
      ...alarms.questions,
      { command: 'deliveries.status', all: [/送信|配信|お知らせ/, /届いていない|届かな|失敗|未達/] },
      { command: 'deliveries.status', all: [/notices?|messages?/, /not (reached|delivered|sent)|failed/] },
    ],
    actions: {
      ...alarms.actions,
      'deliveries.overview': action({
        effect: 'reads',
        permission: hr,
        data: z.object({ page: pageNumber.default(1) }),
        handle: (ask, { page }) =>
          inTransaction(core.db, async (tx) => replaceWith(await overview(tx, ask, page), again(page))),
      }),
      'deliveries.again': action({
        effect: 'changes',
        permission: hr,
        data: z.object({
          person: personId,
          mark: z.string().max(40),
          page: pageNumber.default(1),
          /** Pressed on the card of all that HR should know. */
          alarm: z.boolean().default(false),
        }),
        handle: (ask, { person, mark, page, alarm: onAlarm }) =>
          inTransaction(core.db, async (tx) => {
            const t = textsIn(ask.language)
            const part = await partOf(tx, ask)
            const found = await stillFailed(tx, ask, part, person, mark)
            const back = async (note: string) =>
              onAlarm
                ? replaceWith(await alarmCard(core, tx, ask, 1, note), alarmAgain(1))
                : replaceWith(await overview(tx, ask, page, note), again(page))
            if (!found) return back(t.stale)
            const keys = await sendAgain(tx, person, ask.now)
            await trail(tx, ask, found, 'deliveries.sent-again', keys.length)
            return back(t.done(keys.length))
          }),
      }),
      'deliveries.choose-told': action({
        effect: 'reads',
        opensForm: true,
        permission: hr,
        data: z.object({ page: pageNumber.default(1) }),
        handle: (ask, { page }) =>
          inTransaction(core.db, async (tx) => {
            const offset = (page - 1) * pageSize
            const part = await partOf(tx, ask)
            const { failed } = await loadFailed(tx, asked(ask, part), { limit: pageSize, offset })
            if (failed.length === 0)
              return replaceWith(await overview(tx, ask, page, textsIn(ask.language).stale), again(page))
            const ids = failed.map((each) => each.personId)
            return openForm(toldForm(failed, await loadPeople(tx, ids, ask.today), page, readerOf(ask)))
          }),
      }),
      'deliveries.choose': action({
        effect: 'reads',
        opensForm: true,
        permission: hr,
        data: z.object({}),
        handle: async (ask) => openForm(personForm(ask.language)),
      }),
      'deliveries.history': action({
        effect: 'reads',
        permission: hr,
        data: z.object({ person: personId, at: z.int().optional(), id: z.int().optional() }),
        handle: (ask, { person, ...from }) =>
          inTransaction(core.db, async (tx) =>
            replaceWith((await history(tx, ask, person, cursorOf(from))) ?? (await overview(tx, ask, 1))),
          ),
      }),
      'deliveries.mine': action({
        effect: 'reads',
        permission: everyStaffMember,
        data: z.object({ at: z.int().optional(), id: z.int().optional() }),
        handle: (ask, from) =>
          inTransaction(core.db, async (tx) => replaceWith(await mine(tx, ask, cursorOf(from)))),
      }),
    },
    forms: {
      'deliveries.told': form({
        permission: hr,
        data: z.object({ page: pageNumber.default(1) }),
        handle: (ask, { page }, { told = [] }) =>
          inTransaction(core.db, async (tx) => {
            const part = await partOf(tx, ask)
            let settled = 0
            for (const value of typeof told === 'string' ? [told] : told) {
              const [id, mark = ''] = value.split('|')
              const person = personId.safeParse(Number(id)).data
              const found = person && (await stillFailed(tx, ask, part, person, mark))
              if (!found) continue
              await trail(tx, ask, found, 'deliveries.told-otherwise', await letGo(tx, found.personId))
              settled += 1
            }
            const t = textsIn(ask.language)
            const note = settled > 0 ? t.toldDone(settled) : t.stale
            return replaceWith(await overview(tx, ask, page, note), again(page))
          }),
      }),
      'deliveries.person': form({
        searches: true,
        permission: hr,
        data: z.object({}),
        handle: (ask, _, values) =>
          inTransaction(core.db, async (tx) => {
            const person = chosen(values)
            const card = person === undefined ? undefined : await history(tx, ask, person)
            return card ? say(card) : { errors: { person: textsIn(ask.language).personError } }
          }),
      }),
    },
    alarms: (tx, ask) => deliveryAlarms(core, tx, ask),
    home: (ask) => alarmHome(core, ask),
  }
}

// 気がかり: what the bot could not deliver or does not know, of all programmes, on one card: the oldest first, each with
// what can be done about it.
import { z } from 'zod'
import type { Button, Card, Row } from '../../cards/card.ts'
import { writeAudit } from '../../db/audit.ts'
import { inTransaction, type Tx } from '../../db/transaction.ts'
import { loadOrganisation } from '../../directory/load.ts'
import { addressed, loadPeople } from '../../directory/people.ts'
import { reach } from '../../directory/rights.ts'
import { readSetting, setting, writeSetting } from '../../directory/settings.ts'
import { type Ask, action, type HomeItem, replaceWith, say } from '../../intake/handler.ts'
import { hr, hrOfWholeCity } from '../../intake/permissions.ts'
import { formatDate, formatDateTime } from '../../kernel/format.ts'
import type { Alarm, Core, Feature } from '../feature.ts'
import { type Failed, inboxGivenUp, loadFailed, pageSize } from './repository.ts'
import { reasonIn, textsIn } from './texts.ts'

/** Up to when what was given up of the inbox has been seen. */
const seenUntil = setting('deliveries.inbox-seen', z.string().nullable(), null)
/** People listed one by one; more are one line. */
const listed = 40
const page = z.object({ page: z.int().min(1).max(100).default(1) })
const byAge = (a: Alarm, b: Alarm) =>
  a.at && b.at ? Temporal.Instant.compare(a.at, b.at) : Number(!a.at) - Number(!b.at)

/** What delivery itself has to say: people who were not reached, and what was given up of what came in. */
export async function deliveryAlarms(core: Core, tx: Tx, ask: Ask): Promise<readonly Alarm[]> {
  if ((await hr.allows(ask.actor, ask.now)) !== true) return []
  const t = textsIn(ask.language)
  const org = await loadOrganisation(tx, ask.today, [])
  const part = reach(ask.actor, 'hr', org)
  const asked = { part, now: ask.now, zone: core.zone }
  const { failed, people } = await loadFailed(tx, asked, { limit: listed, offset: 0 }, { alarms: true })
  const known = await loadPeople(
    tx,
    failed.map(({ personId }) => personId),
    ask.today,
  )
  const alarmOf = ({ personId, at, reason, doubtful, kinds, mark }: Failed): Alarm => {
    const person = known.get(personId)
    const who = person ? addressed(person, ask.language) : '-'
    const why = reasonIn(ask.language, reason)
    const titles = kinds.map(({ kind, count }) =>
      t.times(core.noticeTitle?.(kind)?.[ask.language] ?? t.otherKind, count),
    )
    return {
      at,
      text: doubtful ? t.alarmDoubtful(who) : t.alarmFailed(who),
      detail: `${t.kindList(titles)}\n${t.reason(why.title, why.remedy)}`,
      remedy: {
        label: t.again,
        action: { id: 'deliveries.again', data: { person: personId, mark, alarm: true } },
        confirm: {
          title: t.againTitle,
          text: doubtful ? t.againTwice : t.againText,
          yes: t.again,
          no: t.cancel,
        },
      },
    }
  }
  const more: Alarm[] =
    people > failed.length
      ? [
          {
            at: null,
            text: t.alarmMore(people - failed.length),
            remedy: { label: t.open, action: { id: 'deliveries.overview', data: { page: 1 } } },
          },
        ]
      : []
  return [...failed.map(alarmOf), ...more, ...(await givenUp(tx, ask))]
}

async function givenUp(tx: Tx, ask: Ask): Promise<readonly Alarm[]> {
  if ((await hrOfWholeCity.allows(ask.actor, ask.now)) !== true) return []
  const seen = await readSetting(tx, seenUntil)
  const found = await inboxGivenUp(tx, seen === null ? null : Temporal.Instant.from(seen))
  if (!found) return []
  const t = textsIn(ask.language)
  return [
    {
      at: found.first,
      text: t.alarmInbox(found.count),
      detail: t.alarmInboxDetail,
      remedy: {
        label: t.alarmInboxSeen,
        action: { id: 'deliveries.inbox-seen', data: { until: found.last.epochMilliseconds } },
      },
    },
  ]
}

export async function alarmCard(core: Core, tx: Tx, ask: Ask, wanted: number, note?: string): Promise<Card> {
  const t = textsIn(ask.language)
  const alarms = [...((await core.alarms?.(tx, ask)) ?? [])].toSorted(byAge)
  const pages = Math.max(1, Math.ceil(alarms.length / pageSize))
  const at = Math.min(wanted, pages)
  const rows = alarms
    .slice((at - 1) * pageSize, at * pageSize)
    .map(({ at: since, wholeDay, text, detail, remedy }): Row => {
      const when = (instant: Temporal.Instant) =>
        wholeDay
          ? formatDate(instant.toZonedDateTimeISO(core.zone).toPlainDate(), ask.language)
          : formatDateTime(instant, core.zone, ask.language)
      const lines = [...(since ? [t.alarmSince(when(since))] : []), ...(detail ? [detail] : [])]
      return {
        text: [{ bold: text }],
        ...(lines.length > 0 && { detail: lines.join('\n') }),
        button: remedy,
      }
    })
  const turn = (to: number) => ({ id: 'deliveries.alarm', data: { page: to } })
  const buttons: Button[] = [
    ...(at > 1 ? [{ label: t.earlier, action: turn(at - 1) }] : []),
    ...(at < pages ? [{ label: t.next, action: turn(at + 1) }] : []),
    { label: t.allClear, action: { id: 'deliveries.overview', data: { page: 1 } } },
  ]
  return {
    summary: t.alarmSummary,
    blocks: [
      { type: 'heading', text: t.alarmHeading },
      ...(note ? [{ type: 'text', text: [{ bold: note }] } as const] : []),
      ...(rows.length > 0
        ? ([
            { type: 'list', rows },
            { type: 'context', text: t.alarmNote },
          ] as const)
        : ([{ type: 'text', text: t.alarmNone }] as const)),
      ...(pages > 1 ? [{ type: 'context', text: t.pageOf(at, pages) } as const] : []),
      { type: 'buttons', buttons },
    ],
  }
}

export const alarmAgain = (at: number) => ({ id: 'deliveries.alarm', data: { page: at } })

/** For whoever looks after people, when something waits that Home does not say by itself. */
export async function alarmHome(core: Core, ask: Ask): Promise<readonly HomeItem[]> {
  if ((await hr.allows(ask.actor, ask.now)) !== true) return []
  const t = textsIn(ask.language)
  const loud = ((await core.alarms?.(core.db.prisma, ask, 'loud')) ?? [])
    .filter(({ quiet }) => !quiet)
    .toSorted(byAge)
  const [oldest] = loud
  if (!oldest) return []
  return [
    {
      at: null,
      text: t.home(loud.length),
      detail: t.homeOldest(oldest.text),
      button: { label: t.alarmHeading, action: alarmAgain(1) },
    },
  ]
}

/** The command, the card and its own button. */
export const alarm = (core: Core): Required<Pick<Feature, 'commands' | 'questions' | 'actions'>> => ({
  commands: [
    {
      id: 'deliveries.alarms',
      phrases: { ja: ['気がかり', '確認事項', '要確認'], en: ['to look at', 'alarms'] },
      help: { ja: textsIn('ja').alarmHelp, en: textsIn('en').alarmHelp },
      permission: hr,
      handle: (ask) =>
        inTransaction(core.db, async (tx) => say(await alarmCard(core, tx, ask, 1), alarmAgain(1))),
    },
  ],
  questions: [
    { command: 'deliveries.alarms', all: [/確認(が必要|すべき)な?(こと|もの)/] },
    { command: 'deliveries.alarms', all: [/what needs (my )?attention|anything wrong/] },
  ],
  actions: {
    'deliveries.alarm': action({
      effect: 'reads',
      permission: hr,
      data: page,
      handle: (ask, data) =>
        inTransaction(core.db, async (tx) =>
          replaceWith(await alarmCard(core, tx, ask, data.page), alarmAgain(data.page)),
        ),
    }),
    'deliveries.inbox-seen': action({
      effect: 'changes',
      permission: hrOfWholeCity,
      data: z.object({ until: z.int().min(0) }),
      handle: (ask, { until }) =>
        inTransaction(core.db, async (tx) => {
          const at = Temporal.Instant.fromEpochMilliseconds(until)
          await writeSetting(tx, seenUntil, at.toString(), ask.now)
          await writeAudit(tx, {
            at: ask.now,
            actorId: ask.actor.id,
            via: 'chat',
            action: 'deliveries.inbox-seen',
            subject: 'inbox',
            change: { until: at.toString() },
            flow: ask.flow,
          })
          const card = await alarmCard(core, tx, ask, 1, textsIn(ask.language).alarmInboxDone)
          return replaceWith(card, alarmAgain(1))
        }),
    }),
  },
})

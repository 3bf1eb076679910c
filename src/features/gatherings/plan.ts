// What is told when: made true again after every change.
import type { GatheringMember, GatheringSeries } from '../../db/generated/client.ts'
import { fromDbInstantOrNull } from '../../db/time.ts'
import type { Tx } from '../../db/transaction.ts'
import type { WantedNotice } from '../../delivery/notice.ts'
import { tellOnce } from '../../delivery/told.ts'
import { calendarsOf } from '../../directory/calendars.ts'
import { loadOrganisation } from '../../directory/load.ts'
import { workingDaysFrom } from '../../kernel/calendar.ts'
import type { Core } from '../feature.ts'

export const kinds = {
  invite: 'gatherings.invite',
  named: 'gatherings.named',
  prepare: 'gatherings.prepare',
  seated: 'gatherings.seated',
  changed: 'gatherings.changed',
  tomorrow: 'gatherings.tomorrow',
  held: 'gatherings.held',
} as const

export const memberSubject = (seriesId: number, personId: number) =>
  `gatherings.member:${seriesId}:${personId}`
export const seriesSubject = (seriesId: number) => `gatherings.series:${seriesId}`
export const tableSubject = (tableId: number) => `gatherings.table:${tableId}`
/** What a table is called among bookings. */
export const bookingSubject = (tableId: number) => `gathering:${tableId}`
/** The number behind the last colon. */
export const idOf = (subject: string): number => Number(subject.slice(subject.lastIndexOf(':') + 1))

/** The question in the evening of the day; a table that ends later is asked about at its end. */
const EVENING = Temporal.PlainTime.from('16:30')

/** Makes what is planned of these tables true again: the day before for all who come, the question for the host. */
export async function replanTables(
  core: Core,
  tx: Tx,
  tableIds: readonly number[],
  now: Temporal.Instant,
): Promise<void> {
  const tables = await tx.gatheringTable.findMany({
    where: { id: { in: [...tableIds] } },
    include: { seats: { where: { status: 'coming' } }, round: { select: { status: true } } },
    orderBy: { id: 'asc' },
  })
  const people = tables.flatMap(({ seats, hostId }) => [hostId, ...seats.map(({ personId }) => personId)])
  const today = now.toZonedDateTimeISO(core.zone).toPlainDate()
  const calendarOf = await calendarsOf(tx, people, await loadOrganisation(tx, today, people))
  const at = (day: Temporal.PlainDate, plainTime: Temporal.PlainTime) =>
    day.toZonedDateTime({ timeZone: core.zone, plainTime }).toInstant()
  await core.notices.reconcile(
    tx,
    tables.map((table) => {
      const [start, end] = [fromDbInstantOrNull(table.startsAt), fromDbInstantOrNull(table.endsAt)]
      const subject = tableSubject(table.id)
      if (table.status !== 'planned' || table.round.status === 'draft' || !start || !end)
        return { subject, wanted: [] }
      const day = start.toZonedDateTimeISO(core.zone).toPlainDate()
      const anchor = String(start.epochMilliseconds / 60_000)
      const evening = at(day, EVENING)
      const detail = { table: table.id }
      const wanted: WantedNotice[] = table.seats.map(({ personId }) => {
        const calendar = calendarOf(personId)
        const dueAt = at(workingDaysFrom(calendar, day, -1), calendar.opensAt)
        return { kind: kinds.tomorrow, recipientId: personId, rung: '-1', anchor, dueAt, detail }
      })
      const dueAt = Temporal.Instant.compare(evening, end) > 0 ? evening : end
      return {
        subject,
        wanted: [
          ...wanted,
          { kind: kinds.held, recipientId: table.hostId, rung: 'held', anchor, dueAt, detail },
        ],
      }
    }),
    now,
  )
}

/** Where each of them now sits in the round, drawn when it is sent. */
export const tellChanged = (
  core: Core,
  tx: Tx,
  roundId: number,
  anchor: string,
  personIds: readonly number[],
  now: Temporal.Instant,
): Promise<void> =>
  tellOnce(
    core,
    tx,
    [...new Set(personIds)].map((recipientId) => ({
      kind: kinds.changed,
      recipientId,
      subject: `gatherings.changed:${recipientId}:${roundId}`,
      anchor,
      detail: { round: roundId },
    })),
    now,
  )

/** The call to join, while it is unanswered. */
export const inviteNotices = (
  member: Pick<GatheringMember, 'seriesId' | 'personId' | 'status'>,
  series: Pick<GatheringSeries, 'status'>,
  now: Temporal.Instant,
): WantedNotice[] =>
  member.status === 'asked' && series.status === 'open'
    ? [
        {
          kind: kinds.invite,
          recipientId: member.personId,
          rung: 'asked',
          anchor: '1',
          dueAt: now,
          detail: { series: member.seriesId },
        },
      ]
    : []

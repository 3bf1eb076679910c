// What is told of a handover: that it begins; around its day, to whoever has something left; its end, to the chief.
import type { Tx } from '../../db/transaction.ts'
import type { WantedNotice } from '../../delivery/notice.ts'
import { loadCalendars } from '../../directory/calendars.ts'
import { workingDaysFrom } from '../../kernel/calendar.ts'
import type { Core } from '../feature.ts'
import { type Handover, handoverSubject, leftOf } from './state.ts'

export const kinds = {
  begun: 'handover.begun',
  due: 'handover.due',
  done: 'handover.done',
  moved: 'handover.moved',
  stopped: 'handover.stopped',
  transfer: 'handover.transfer',
} as const

/** Working days around its day. */
const rungs = [-3, 0, 5] as const
const morning = Temporal.PlainTime.from('09:30')

export async function planHandover(core: Core, tx: Tx, row: Handover, now: Temporal.Instant) {
  const { due } = row
  const { city } = await loadCalendars(tx)
  const sides = [
    [row.fromId, 'from'],
    [row.toId, 'to'],
  ] as const
  const wanted =
    row.status !== 'open'
      ? []
      : sides.flatMap(([recipientId, side]) =>
          leftOf(row.items, side) === 0
            ? []
            : rungs.map(
                (days): WantedNotice => ({
                  kind: kinds.due,
                  recipientId,
                  rung: `${days}`,
                  anchor: due.toString(),
                  dueAt: (days === 0 ? due : workingDaysFrom(city, due, days))
                    .toZonedDateTime({ timeZone: core.zone, plainTime: morning })
                    .toInstant(),
                  detail: { late: days > 0 },
                }),
              ),
        )
  await core.notices.reconcile(tx, [{ subject: handoverSubject(row.id), wanted }], now)
}

/** Told once for each anchor. */
export async function tell(
  core: Core,
  tx: Tx,
  kind: (typeof kinds)[keyof typeof kinds],
  subject: string,
  to: readonly number[],
  now: Temporal.Instant,
  anchor = '1',
): Promise<void> {
  const wanted = [...new Set(to)].map((recipientId) => ({
    kind,
    recipientId,
    rung: 'told',
    anchor,
    dueAt: now,
  }))
  await core.notices.reconcile(tx, [{ subject, wanted }], now)
}

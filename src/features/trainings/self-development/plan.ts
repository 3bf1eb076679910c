// What is told of an application: the approver is asked, the person hears what others decide, the result is asked for.
import type { Tx } from '../../../db/transaction.ts'
import type { WantedNotice } from '../../../delivery/notice.ts'
import { calendarsOf } from '../../../directory/calendars.ts'
import { loadOrganisation } from '../../../directory/load.ts'
import type { WorkingCalendar } from '../../../kernel/calendar.ts'
import type { Core } from '../../feature.ts'
import { workingDaysFrom } from '../sign-up/waitlist.ts'
import type { Application } from './rules.ts'
import { selfSubject } from './store.ts'

export const selfKinds = {
  approve: 'trainings.self-approve',
  told: 'trainings.self-told',
  result: 'trainings.self-result',
} as const

type PlanCore = Pick<Core, 'zone' | 'notices'>
const morningTime = Temporal.PlainTime.from('08:45')
/** Working days after the last day on which the result is asked for. */
const resultDays = [3, 10, 20] as const

/** Pure. */
export function selfWanted(
  application: Application,
  calendarOf: (personId: number) => WorkingCalendar,
  { zone, now }: { readonly zone: string; readonly now: Temporal.Instant },
): WantedNotice[] {
  const morning = (personId: number, from: Temporal.PlainDate, days: number) =>
    workingDaysFrom(calendarOf(personId), from, days)
      .toZonedDateTime({ timeZone: zone, plainTime: morningTime })
      .toInstant()
  const anchor = `v${application.version}`
  switch (application.status) {
    case 'awaiting_approval': {
      const { approverId } = application
      if (approverId === null) return []
      const asked = { kind: selfKinds.approve, recipientId: approverId, anchor }
      const today = now.toZonedDateTimeISO(zone).toPlainDate()
      return [
        { ...asked, rung: 'ask', dueAt: now },
        { ...asked, rung: '+3', dueAt: morning(approverId, today, 3) },
      ]
    }
    case 'granted':
      return resultDays.map((n) => ({
        kind: selfKinds.result,
        recipientId: application.personId,
        rung: `+${n}`,
        anchor: application.toOn.toString(),
        dueAt: morning(application.personId, application.toOn, n),
      }))
    case 'awaiting_hr':
    case 'declined':
    case 'withdrawn':
    case 'done':
      return []
    default:
      return application.status satisfies never
  }
}

/** Plans what is told of them as they are now; `told`: somebody else has just decided. */
export async function replanSelf(
  core: PlanCore,
  tx: Tx,
  applications: readonly Application[],
  now: Temporal.Instant,
  told = false,
): Promise<void> {
  if (applications.length === 0) return
  const people = [
    ...new Set(applications.flatMap(({ personId, approverId }) => [personId, approverId ?? personId])),
  ]
  const today = now.toZonedDateTimeISO(core.zone).toPlainDate()
  const calendarOf = await calendarsOf(tx, people, await loadOrganisation(tx, today, people))
  await core.notices.reconcile(
    tx,
    applications.flatMap((application) => [
      {
        subject: selfSubject(application.id),
        wanted: selfWanted(application, calendarOf, { zone: core.zone, now }),
      },
      {
        subject: `told:${selfSubject(application.id)}`,
        wanted: told
          ? [
              {
                kind: selfKinds.told,
                recipientId: application.personId,
                rung: application.status,
                anchor: `v${application.version}`,
                dueAt: now,
              },
            ]
          : [],
      },
    ]),
    now,
  )
}

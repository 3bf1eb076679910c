// What is told of an application: the approver is asked, HR hears each morning what has come to wait for it, the person
// hears what others decide, the result is asked for.
import { toDbDate } from '../../../db/time.ts'
import type { Tx } from '../../../db/transaction.ts'
import type { WantedNotice } from '../../../delivery/notice.ts'
import { calendarsOf } from '../../../directory/calendars.ts'
import { inForce, loadOrganisation } from '../../../directory/load.ts'
import { reaches } from '../../../directory/rights.ts'
import type { WorkingCalendar } from '../../../kernel/calendar.ts'
import { workingDaysFrom } from '../../../kernel/calendar.ts'
import type { Core } from '../../feature.ts'
import type { Application } from './rules.ts'
import { selfSubject } from './store.ts'

export const selfKinds = {
  approve: 'trainings.self-approve',
  desk: 'trainings.self-desk',
  told: 'trainings.self-told',
  result: 'trainings.self-result',
} as const

type PlanCore = Pick<Core, 'zone' | 'notices'>
const morningTime = Temporal.PlainTime.from('08:45')
/** Working days after the last day on which the result is asked for. */
const resultDays = [3, 10, 20] as const
/** Working days after it came to wait for HR. */
const deskDays = [1, 5, 10] as const

/** Pure. `officers`: HR of the part of the city that the person is in. */
export function selfWanted(
  application: Application,
  officers: readonly number[],
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
    case 'awaiting_hr': {
      // What comes in during a day is told together on the next morning. What has waited for somebody else first, and is
      // past its day when it comes, on the morning after now.
      const since = (application.decidedAt ?? application.appliedAt).toZonedDateTimeISO(zone).toPlainDate()
      const today = now.toZonedDateTimeISO(zone).toPlainDate()
      return officers.flatMap((recipientId) =>
        deskDays.map((n, place) => {
          const due = morning(recipientId, since, n)
          const late = place === 0 && Temporal.Instant.compare(due, now) < 0
          return {
            kind: selfKinds.desk,
            recipientId,
            rung: `+${n}`,
            anchor,
            dueAt: late ? morning(recipientId, today, 1) : due,
          }
        }),
      )
    }
    case 'declined':
    case 'withdrawn':
    case 'done':
      return []
    default:
      return application.status satisfies never
  }
}

/**
 * Plans what is told of them as they are now; `told`: somebody else has just decided, or nothing has happened ('keep':
 * what is still to be told of a decision is).
 */
export async function replanSelf(
  core: PlanCore,
  tx: Tx,
  applications: readonly Application[],
  now: Temporal.Instant,
  told: boolean | 'keep' = false,
): Promise<void> {
  if (applications.length === 0) return
  const today = now.toZonedDateTimeISO(core.zone).toPlainDate()
  const waiting = applications.flatMap(({ status, personId }) => (status === 'awaiting_hr' ? [personId] : []))
  const officersOf = await officersFor(tx, waiting, today)
  const people = [
    ...new Set(
      applications.flatMap(({ personId, approverId }) => [
        personId,
        approverId ?? personId,
        ...(officersOf.get(personId) ?? []),
      ]),
    ),
  ]
  const calendarOf = await calendarsOf(tx, people, await loadOrganisation(tx, today, people))
  await core.notices.reconcile(
    tx,
    applications.flatMap((application) => [
      {
        subject: selfSubject(application.id),
        wanted: selfWanted(application, officersOf.get(application.personId) ?? [], calendarOf, {
          zone: core.zone,
          now,
        }),
      },
      ...(told === 'keep'
        ? []
        : [
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
    ]),
    now,
  )
}

/** The HR officers who look after each of these people today. */
async function officersFor(
  tx: Tx,
  personIds: readonly number[],
  today: Temporal.PlainDate,
): Promise<ReadonlyMap<number, readonly number[]>> {
  if (personIds.length === 0) return new Map()
  const org = await loadOrganisation(tx, today, personIds)
  const rows = await tx.roleGrant.findMany({
    where: {
      role: 'hr',
      ...inForce(today),
      person: { OR: [{ leftOn: null }, { leftOn: { gt: toDbDate(today) } }] },
    },
    select: { personId: true, sectionId: true },
    orderBy: { personId: 'asc' },
  })
  const officers = [...Map.groupBy(rows, (row) => row.personId)].map(([id, held]) => ({
    id,
    grants: held.map(({ sectionId }) => ({ role: 'hr', sectionId }) as const),
  }))
  return new Map(
    personIds.map((personId) => [
      personId,
      officers.flatMap((officer) => (reaches(officer, 'hr', personId, org) ? [officer.id] : [])),
    ]),
  )
}

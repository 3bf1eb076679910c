// The app put with people who lack it, one after the other: wished for by HR, done beside delivery. A process may die at
// any moment: what it had taken up is taken up again, and to put the app where it is does nothing.
import type { ChatPlatform, InstallOutcome } from '../../chat/chat.ts'
import { writeAudit } from '../../db/audit.ts'
import { toDbDate, toDbInstant } from '../../db/time.ts'
import { inTransaction, type Tx } from '../../db/transaction.ts'
import type { Job } from '../../delivery/jobs.ts'
import type { Core } from '../feature.ts'
import type { WishRefusal } from './reach-repository.ts'

/**
 * Each asks Graph three times; a process asks six times in a second at most. Source: learn.microsoft.com, "Microsoft Graph
 * service-specific throttling limits", Microsoft Teams: 30 requests a second for an app in a tenant.
 */
export const secondsEach = 0.5
/** Whoever is taken up is left alone by others for so long. */
const leaseMs = 5 * 60_000
const mostAttempts = 8
const keptDays = 400

interface Taken {
  readonly person_id: number
  readonly asked_by_id: number
  readonly attempts: number
  readonly flow: string
}

/** Wishes for the app with these people; those who wait already go on waiting. */
export async function wishFor(
  tx: Tx,
  people: readonly { readonly id: number }[],
  by: { readonly actorId: number; readonly flow: string },
  now: Temporal.Instant,
): Promise<void> {
  const at = toDbInstant(now)
  await tx.$executeRaw`
    INSERT INTO app_installation (person_id, asked_by_id, asked_at, status, next_at, flow)
    SELECT id, ${by.actorId}::int, ${at}::timestamptz, 'waiting', ${at}::timestamptz, ${by.flow}
    FROM unnest(${people.map(({ id }) => id)}::int[]) AS id
    ON CONFLICT (person_id) DO UPDATE SET
      asked_by_id = EXCLUDED.asked_by_id, asked_at = EXCLUDED.asked_at, status = 'waiting', reason = NULL,
      attempts = 0, next_at = EXCLUDED.next_at, settled_at = NULL, flow = EXCLUDED.flow
    WHERE app_installation.status <> 'waiting'`
}

/** Takes up the one who has waited longest. */
async function take(core: Core, now: Temporal.Instant): Promise<Taken | undefined> {
  const { rows } = await core.db.pool.query<Taken>(
    `UPDATE app_installation SET attempts = attempts + 1, next_at = $2
     WHERE person_id = (SELECT person_id FROM app_installation WHERE status = 'waiting' AND next_at <= $1
                        ORDER BY next_at, person_id LIMIT 1 FOR UPDATE SKIP LOCKED)
     RETURNING person_id, asked_by_id, attempts, flow`,
    [toDbInstant(now), toDbInstant(now.add({ milliseconds: leaseMs }))],
  )
  return rows[0]
}

/** By which name Graph knows somebody: the account we have met, else the address on the staff list. */
async function userOf(core: Core, personId: number, on: Temporal.PlainDate): Promise<string | undefined> {
  const person = await core.db.prisma.person.findFirst({
    where: { id: personId, OR: [{ leftOn: null }, { leftOn: { gt: toDbDate(on) } }] },
    select: { email: true, identities: { where: { platform: 'teams' }, select: { userId: true }, take: 1 } },
  })
  return person?.identities[0]?.userId ?? person?.email ?? undefined
}

type Settled = { readonly status: 'done' } | { readonly status: 'refused'; readonly reason: WishRefusal }

/** Writes how it ended, unless somebody else has taken it up meanwhile. */
const settle = (core: Core, taken: Taken, end: Settled, now: Temporal.Instant) =>
  inTransaction(core.db, async (tx) => {
    const reason = end.status === 'refused' ? end.reason : null
    const { count } = await tx.appInstallation.updateMany({
      where: { personId: taken.person_id, status: 'waiting', attempts: taken.attempts },
      data: { status: end.status, reason, settledAt: toDbInstant(now) },
    })
    if (count === 0) return
    // Whoever has the app can be written to again.
    if (end.status === 'done')
      await tx.identity.updateMany({
        where: { personId: taken.person_id, platform: 'teams', state: 'uninstalled' },
        data: { state: 'active' },
      })
    await writeAudit(tx, {
      at: now,
      actorId: taken.asked_by_id,
      via: 'chat',
      action: end.status === 'done' ? 'accounts.app-installed' : 'accounts.app-refused',
      subject: `person:${taken.person_id}`,
      subjectPersonId: taken.person_id,
      change: { platform: 'teams', ...(reason && { reason }) },
      flow: taken.flow,
    })
  })

/** What is at fault for one is at fault for all: those who wait are not tried one by one. */
const isForAll = (reason: WishRefusal): boolean => reason === 'not-permitted' || reason === 'no-app'

async function refuseAll(core: Core, reason: WishRefusal, now: Temporal.Instant): Promise<void> {
  await core.db.prisma.appInstallation.updateMany({
    where: { status: 'waiting' },
    data: { status: 'refused', reason, settledAt: toDbInstant(now) },
  })
}

/** Everybody waits as long as Microsoft asks; whoever was being tried, longer each time. */
async function putOff(core: Core, taken: Taken, afterMs: number, now: Temporal.Instant): Promise<void> {
  const own = Math.max(afterMs, Math.min(30 * 60_000, 1_000 * 2 ** taken.attempts))
  await core.db.pool.query(
    `UPDATE app_installation
     SET next_at = CASE WHEN person_id = $1 THEN $3::timestamptz ELSE greatest(next_at, $2::timestamptz) END
     WHERE status = 'waiting'`,
    [
      taken.person_id,
      toDbInstant(now.add({ milliseconds: afterMs })),
      toDbInstant(now.add({ milliseconds: own })),
    ],
  )
}

type Install = NonNullable<ChatPlatform['install']>

/** Takes one up and sees it through. False: nobody is due, or all have to wait. */
async function installNext(core: Core, install: Install): Promise<boolean> {
  const { clock, zone } = core
  const taken = await take(core, clock.now())
  if (!taken) return false
  const on = clock.now().toZonedDateTimeISO(zone).toPlainDate()
  const user = await userOf(core, taken.person_id, on)
  const outcome: InstallOutcome | undefined = user === undefined ? undefined : await install(user)
  const now = clock.now()
  switch (outcome?.type) {
    case undefined:
      await settle(core, taken, { status: 'refused', reason: 'left' }, now)
      return true
    case 'installed':
      await settle(core, taken, { status: 'done' }, now)
      return true
    case 'refused':
      await settle(core, taken, { status: 'refused', reason: outcome.reason }, now)
      if (isForAll(outcome.reason)) await refuseAll(core, outcome.reason, now)
      return true
    case 'later':
      if (taken.attempts >= mostAttempts)
        await settle(core, taken, { status: 'refused', reason: 'gave-up' }, now)
      else await putOff(core, taken, outcome.afterMs, now)
      return taken.attempts >= mostAttempts
    default:
      return outcome satisfies never
  }
}

const pause = (ms: number, stopping: AbortSignal) =>
  new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, ms)
    stopping.addEventListener('abort', () => {
      clearTimeout(timer)
      resolve()
    })
  })

/** Looks each minute whether somebody waits for the app, and goes on until nobody does. */
export const installing = (core: Core, install: Install): Job => ({
  name: 'accounts.install',
  cron: '* * * * *',
  beside: async (_, stopping) => {
    while (!stopping.aborted && (await installNext(core, install))) await pause(secondsEach * 1000, stopping)
  },
})

/** Nightly: wishes that were settled long ago. */
export async function forgetOldWishes(tx: Tx, now: Temporal.Instant): Promise<void> {
  const before = toDbInstant(now.subtract({ hours: 24 * keptDays }))
  await tx.appInstallation.deleteMany({ where: { settledAt: { lt: before } } })
}

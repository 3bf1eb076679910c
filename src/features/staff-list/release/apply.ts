// At the release: compared again, applied in one transaction or not at all, and told to those concerned.
import { isPassing } from '../../../db/passing.ts'
import { inTransaction, type Tx } from '../../../db/transaction.ts'
import type { WantedNotice } from '../../../delivery/notice.ts'
import type { PersonChange } from '../../../directory/change/compare.ts'
import { loadOrganisation } from '../../../directory/load.ts'
import type { Core } from '../../feature.ts'
import { applyPreview, applyTimeout, previewList } from '../import.ts'
import type { Preview, Waiting } from '../preview.ts'
import {
  findImport,
  findWaiting,
  type ImportRow,
  keepSummary,
  lockDirectory,
  settleImport,
  writeAudits,
} from '../repository.ts'
import { kinds, mostNamed, subjectOf } from './kinds.ts'
import { dueReleases, hold, scheduledIds } from './repository.ts'
import { unforeseen } from './rules.ts'

export interface Scheduled {
  readonly row: ImportRow
  readonly waiting: Waiting
  /** Against the directory as it is now. */
  readonly preview: Preview
  /** What would be changed now and was not seen. */
  readonly doubt: ReturnType<typeof unforeseen>
}

/** A list that waits for its release; undefined when it does not any more. */
export async function loadScheduled(tx: Tx, id: number): Promise<Scheduled | undefined> {
  const row = await findImport(tx, id)
  if (row?.status !== 'scheduled') return undefined
  const waiting = await findWaiting(tx, id)
  if (!waiting) return undefined
  const preview = await previewList(tx, waiting, row.effectiveOn, row.summary.consent)
  return { row, waiting, preview, doubt: unforeseen(preview.comparison, waiting.foreseen ?? []) }
}

/** Whether it would write what nobody has looked at, or cannot be written at all. */
export const inDoubt = ({ preview, doubt }: Pick<Scheduled, 'preview' | 'doubt'>): boolean =>
  preview.counts.errors > 0 || doubt.changes.length + doubt.sections.length > 0

/** Writes it, in the name of whoever gave it a release, and tells those concerned. */
export async function release(
  core: Core,
  tx: Tx,
  { row, waiting, preview }: Scheduled,
  now: Temporal.Instant,
): Promise<boolean> {
  await keepSummary(tx, row.id, { ...row.summary, counts: preview.counts }, row.effectiveOn)
  if (!(await settleImport(tx, row.id, 'applied', now, 'scheduled'))) return false
  const by = { actorId: row.createdById, via: 'system', importId: row.id } as const
  await applyPreview(core, tx, preview, waiting, row.summary.consent, by, now)
  const told = { rung: 'released', anchor: (row.releaseAt ?? now).toString(), dueAt: now }
  const officers = row.officers.map(
    (recipientId): WantedNotice => ({ kind: kinds.done, recipientId, ...told }),
  )
  const people = (await concerned(tx, row.effectiveOn, preview.comparison.changes)).map(
    ({ personId, mine, comes, goes }): WantedNotice => ({
      kind: kinds.released,
      recipientId: personId,
      ...told,
      detail: { mine, comes: comes.join(), goes: goes.join() },
    }),
  )
  await core.notices.reconcile(tx, [{ subject: subjectOf(row.id), wanted: [...officers, ...people] }], now)
  return true
}

interface Concerned {
  readonly personId: number
  /** Their own post changes. */
  mine: boolean
  /** Who comes to them, or leaves them, as first evaluator. */
  readonly comes: number[]
  readonly goes: number[]
}

const ofPost = ['section', 'title', 'grade', 'side'] as const

/** Whoever's own post changes, and the first evaluators whom people come to or leave. */
async function concerned(
  tx: Tx,
  on: Temporal.PlainDate,
  changes: readonly PersonChange[],
): Promise<readonly Concerned[]> {
  const numbers = changes.map(({ number }) => number)
  const people = await tx.person.findMany({
    where: { number: { in: numbers } },
    select: { id: true, number: true },
  })
  const idOf = new Map(people.map(({ id, number }) => [number, id]))
  const ids = people.map(({ id }) => id)
  const before = await loadOrganisation(tx, on.subtract({ days: 1 }), ids)
  const after = await loadOrganisation(tx, on, ids)
  const all = new Map<number, Concerned>()
  const of = (personId: number): Concerned => {
    const known = all.get(personId) ?? { personId, mine: false, comes: [], goes: [] }
    all.set(personId, known)
    return known
  }
  for (const { kind, number, fields } of changes) {
    const id = idOf.get(number)
    if (id === undefined) continue
    const moves = kind === 'moved' || kind === 'returned' || kind === 'new' || kind === 'left'
    const other = fields.some(({ field }) => ofPost.some((each) => each === field))
    // Who begins is welcomed on the day; who leaves has been told by people.
    if ((moves || other) && kind !== 'new' && kind !== 'left') of(id).mine = true
    const from = before.evaluator(id, 'first')
    const to = after.evaluator(id, 'first')
    if (from === to) continue
    if (from !== null && from !== id) of(from).goes.push(id)
    if (to !== null && to !== id) of(to).comes.push(id)
  }
  return [...all.values()].map((each) => ({
    ...each,
    comes: each.comes.slice(0, mostNamed),
    goes: each.goes.slice(0, mostNamed),
  }))
}

/** Tells the officers, and leaves the directory as it is. */
async function holdBack(core: Core, tx: Tx, row: ImportRow, now: Temporal.Instant): Promise<void> {
  await hold(tx, row.id, now)
  await writeAudits(
    tx,
    [{ action: 'staff-list.release-held', subject: subjectOf(row.id), subjectPersonId: null, change: {} }],
    { actorId: null, via: 'system' },
    now,
  )
  await warn(core, tx, row, { rung: 'held', anchor: now.toString() }, now)
}

const warn = (
  core: Core,
  tx: Tx,
  row: ImportRow,
  matter: { readonly rung: 'held' | 'doubt'; readonly anchor: string },
  now: Temporal.Instant,
) =>
  core.notices.reconcile(
    tx,
    [
      {
        subject: `${subjectOf(row.id)}:${matter.rung}`,
        wanted: row.officers.map((recipientId) => ({ kind: kinds.held, recipientId, ...matter, dueAt: now })),
      },
    ],
    now,
  )

/** So long after its time it is simply tried again, each minute, where the fault lies in the moment (a lost connection). */
const patience = { minutes: 15 }

/** Each minute: what is due is released, or held back for its officers to look at. */
export async function releaseDue(core: Core, now: Temporal.Instant): Promise<void> {
  for (const id of await dueReleases(core.db.prisma, now)) {
    try {
      await inTransaction(core.db, (tx) => releaseOrHold(core, tx, id, now), applyTimeout)
    } catch (error) {
      // What the database says of a row may name people: only the kind of fault is written down.
      core.log.error(
        { import: id, error: error instanceof Error ? error.name : 'unknown' },
        'a staff list was not released',
      )
      await inTransaction(core.db, async (tx) => {
        const row = await findImport(tx, id)
        if (row?.status !== 'scheduled' || row.heldAt !== null) return
        const until = row.releaseAt?.add(patience)
        if (isPassing(error) && until && Temporal.Instant.compare(now, until) < 0) return
        await holdBack(core, tx, row, now)
      })
    }
  }
}

async function releaseOrHold(core: Core, tx: Tx, id: number, now: Temporal.Instant): Promise<void> {
  await lockDirectory(tx)
  const found = await loadScheduled(tx, id)
  // An officer may have changed or cancelled it since it was looked for.
  const due = found?.row.releaseAt && Temporal.Instant.compare(found.row.releaseAt, now) <= 0
  if (!found || !due || found.row.heldAt !== null) return
  if (inDoubt(found)) await holdBack(core, tx, found.row, now)
  else await release(core, tx, found, now)
}

/** The directory has changed: whether what waits still fits is told to its officers before its time, once each. */
export async function reviewScheduled(core: Core, tx: Tx, now: Temporal.Instant): Promise<void> {
  for (const id of await scheduledIds(tx)) {
    const found = await loadScheduled(tx, id)
    if (!found || !inDoubt(found)) continue
    await warn(core, tx, found.row, { rung: 'doubt', anchor: found.preview.mark }, now)
  }
}

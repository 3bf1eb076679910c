// From a file to a changed directory: read, understood, compared, and, when told to, written, audited and told, all in
// one transaction or not at all.
import { inTransaction, type Tx } from '../../db/transaction.ts'
import { applyComparison } from '../../directory/change/apply.ts'
import { compare, type PersonChange } from '../../directory/change/compare.ts'
import type { SectionChange } from '../../directory/change/compare-sections.ts'
import { followReferences, rememberSplits } from '../../directory/change/follow-references.ts'
import { reorganisation, type SectionMapping } from '../../directory/change/mapping.ts'
import { loadStanding, type Standing, withJoined } from '../../directory/change/standing.ts'
import { becomeStaff, likenesses } from '../../directory/guests.ts'
import type { Bilingual } from '../../kernel/language.ts'
import type { Unreadable } from '../../tables/read-problem.ts'
import { readTable } from '../../tables/read-table.ts'
import type { Core } from '../feature.ts'
import {
  type Counts,
  changesAnything,
  type Likely,
  type Preview,
  previewOf,
  usualDay,
  type Waiting,
} from './preview.ts'
import type { Problem } from './problem.ts'
import {
  type Audited,
  addImport,
  type By,
  hashOf,
  loadKnown,
  lockDirectory,
  settleImport,
  writeAudits,
} from './repository.ts'
import { type Understood, understand } from './understand.ts'

export interface FileRead extends Understood {
  readonly kind: string
}

/** Bytes → the list they mean, with what is known on `on` to look numbers up in. */
export async function readFile(
  tx: Tx,
  bytes: Uint8Array,
  on: Temporal.PlainDate,
): Promise<FileRead | Unreadable> {
  const table = await readTable(bytes)
  if ('code' in table) return table
  const understood = understand(table, await loadKnown(tx, on))
  return 'code' in understood ? understood : { ...understood, kind: table.kind }
}

const optionsOf = ({ mapping }: Waiting, markMissingAsLeft: boolean) => ({
  markMissingAsLeft,
  ...(mapping && { mapping: mapping.pairs }),
})

export async function previewList(
  tx: Tx,
  waiting: Waiting,
  on: Temporal.PlainDate,
  markMissingAsLeft: boolean,
): Promise<Preview> {
  const { list, problems } = waiting
  const options = optionsOf(waiting, markMissingAsLeft)
  const standing = await loadStanding(tx, on.toString())
  const comparison = compare(withJoined(standing, waiting.joined ?? []), list, on.toString(), options)
  const likely = likelyGuests(standing, waiting)
  return previewOf(comparison, problems, options, reorganisation(standing, list, on.toString()), likely)
}

/** Who of the list is not known by number and may be a guest: by address or name; those whom HR has told stay told. */
function likelyGuests({ people }: Standing, { list, joined = [] }: Waiting): Likely[] {
  const guests = people.filter(({ guest }) => guest)
  if (guests.length === 0) return []
  const known = new Set(people.map(({ number }) => number))
  const fresh = list.people.filter(({ number }) => !known.has(number))
  const told = (number: string, guestId: number) =>
    joined.some((each) => each.number === number && each.guestId === guestId)
  const settled = (number: string, guestId: number) =>
    joined.some((each) => each.number === number || each.guestId === guestId)
  return likenesses(fresh, guests).flatMap(({ number, guestId, by }) => {
    const isTold = told(number, guestId)
    if (settled(number, guestId) && !isTold) return []
    const name = fresh.find((each) => each.number === number)?.name ?? ''
    const guest = guests.find(({ id }) => id === guestId)?.name ?? ''
    return [{ number, guestId, name, guest, by, joined: isTold }]
  })
}

/** The list with what is likely to go on as what, for HR to confirm; unchanged where nothing is likely. */
export async function withProposal(tx: Tx, waiting: Waiting, on: Temporal.PlainDate): Promise<Waiting> {
  const standing = await loadStanding(tx, on.toString())
  const pairs = reorganisation(standing, waiting.list, on.toString()).proposals.map(({ from, to }) => ({
    from,
    to,
  }))
  return pairs.length === 0 ? waiting : { ...waiting, mapping: { pairs, confirmed: false } }
}

/**
 * Writes a preview that was made in this transaction and has no errors. Tells people-changed, and transfer-effective
 * when the day has come; a later day is told on its morning.
 */
export async function applyPreview(
  core: Core,
  tx: Tx,
  preview: Preview,
  waiting: Waiting,
  markMissingAsLeft: boolean,
  by: By & { readonly importId: number },
  now: Temporal.Instant,
): Promise<void> {
  const { comparison } = preview
  const on = Temporal.PlainDate.from(comparison.on)
  const joined = preview.likely.filter((each) => each.joined)
  await becomeStaff(tx, joined, comparison.on)
  const { ids } = await applyComparison(tx, waiting.list, comparison, optionsOf(waiting, markMissingAsLeft))
  const idOf = (number: string) => ids.get(number) ?? null

  const entries: Audited[] = comparison.changes.map((change) => ({
    action: `staff-list.${change.kind}`,
    subject: `person:${idOf(change.number)}`,
    subjectPersonId: idOf(change.number),
    change: {
      on: comparison.on,
      ...Object.fromEntries(change.fields.map(({ field, from, to }) => [field, { from, to }])),
    },
  }))
  for (const { kind, code, from, to } of comparison.sections)
    entries.push({
      action: `staff-list.section-${kind}`,
      subject: `section:${code}`,
      subjectPersonId: null,
      change: { on: comparison.on, from, to },
    })
  for (const { number, guestId } of joined)
    entries.push({
      action: 'staff-list.joined',
      subject: `person:${guestId}`,
      subjectPersonId: guestId,
      change: { on: comparison.on, number },
    })
  entries.push({
    action: 'staff-list.applied',
    subject: `staff-import:${by.importId}`,
    subjectPersonId: null,
    change: { on: comparison.on, ...preview.counts },
  })
  await writeAudits(tx, entries, by, now)

  const today = now.toZonedDateTimeISO(core.zone).toPlainDate()
  const begun = Temporal.PlainDate.compare(on, today) <= 0
  if (waiting.mapping) await rememberSplits(tx, on, waiting.mapping.pairs, now)
  if (begun) await followReferences(tx, today, now)
  // Names and addresses hold at once; whoever comes, moves or leaves later is told of on that morning.
  const changed = comparison.changes.filter(
    (change) => begun || (change.kind !== 'new' && change.kind !== 'left'),
  )
  const personIds = known(changed.map((change) => change.number).map(idOf))
  if (personIds.length > 0) await core.tell({ type: 'people-changed', personIds }, tx, now)
  const transferred = known(comparison.transferred.map(idOf))
  if (begun && transferred.length > 0)
    await core.tell({ type: 'transfer-effective', personIds: transferred, on }, tx, now)
}

const known = (ids: readonly (number | null)[]): number[] => ids.filter((id) => id !== null)

/** 3,000 people are written in two seconds; nobody waits longer than this for a stuck one. */
export const applyTimeout = { timeout: 60_000 }

export interface ImportRequest {
  readonly bytes: Uint8Array
  readonly name: string
  /** Without it: today, in March 1 April. */
  readonly effectiveOn?: Temporal.PlainDate
  readonly apply: boolean
  readonly markMissingAsLeft?: boolean
  /** What goes on as what (機構改革). */
  readonly mapping?: SectionMapping
  /** null: the command line. */
  readonly actorId: number | null
}

export type ImportResult =
  | { readonly usable: false; readonly code: string; readonly text: Bilingual }
  | {
      readonly usable: true
      readonly kind: string
      readonly rows: number
      /** ISO */
      readonly effectiveOn: string
      readonly counts: Counts
      readonly changes: readonly PersonChange[]
      readonly sections: readonly SectionChange[]
      readonly missing: readonly { readonly number: string; readonly name: string }[]
      readonly problems: readonly Problem[]
      /** false also when there was nothing to change, or errors stood in the way. */
      readonly applied: boolean
    }

/**
 * The whole way in one call, for the command line. Without `apply` nothing is written; with errors nothing is written
 * either. Plain data, fit for JSON.
 */
export async function importFile(core: Core, request: ImportRequest): Promise<ImportResult> {
  const now = core.clock.now()
  const today = now.toZonedDateTimeISO(core.zone).toPlainDate()
  const on = request.effectiveOn ?? usualDay(today)
  const consent = request.markMissingAsLeft ?? false
  const understood = await readFile(core.db.prisma, request.bytes, on)
  if ('code' in understood) return { usable: false, code: understood.code, text: understood.text }
  const pairs = request.mapping
  const read = { ...understood, ...(pairs && { mapping: { pairs, confirmed: true } }) }
  const result = (preview: Preview, applied: boolean): ImportResult => ({
    usable: true,
    kind: read.kind,
    rows: read.rows,
    effectiveOn: on.toString(),
    counts: preview.counts,
    changes: preview.comparison.changes,
    sections: preview.comparison.sections,
    missing: preview.comparison.missing,
    problems: preview.problems,
    applied,
  })
  if (!request.apply) return result(await previewList(core.db.prisma, read, on, consent), false)
  return inTransaction(
    core.db,
    async (tx) => {
      await lockDirectory(tx)
      const preview = await previewList(tx, read, on, consent)
      if (preview.counts.errors > 0 || !changesAnything(preview)) return result(preview, false)
      const by = { actorId: request.actorId, via: request.actorId === null ? 'cli' : 'chat' } as const
      const summary = {
        kind: read.kind,
        rows: read.rows,
        consent,
        mark: preview.mark,
        counts: preview.counts,
      }
      const importId = await addImport(
        tx,
        {
          fileName: request.name,
          fileHash: hashOf(request.bytes),
          effectiveOn: on,
          waiting: { list: { people: [], sections: [] }, problems: [] },
          summary,
          createdById: request.actorId,
        },
        now,
      )
      await applyPreview(core, tx, preview, read, consent, { ...by, importId }, now)
      await settleImport(tx, importId, 'applied', now)
      return result(preview, true)
    },
    applyTimeout,
  )
}

export type ApplyOutcome =
  | { readonly type: 'applied'; readonly preview: Preview }
  /** The directory has changed since the preview was shown: look again. */
  | { readonly type: 'stale'; readonly preview: Preview }
  | { readonly type: 'blocked'; readonly preview: Preview }
  /** Somebody else applied or cancelled it. */
  | { readonly type: 'settled' }

/** Applies a waiting list if it still means what `mark` said. */
export async function applyWaiting(
  core: Core,
  tx: Tx,
  found: {
    readonly id: number
    readonly effectiveOn: Temporal.PlainDate
    readonly consent: boolean
    readonly waiting: Waiting
  },
  mark: string,
  by: By,
  now: Temporal.Instant,
): Promise<ApplyOutcome> {
  await lockDirectory(tx)
  const preview = await previewList(tx, found.waiting, found.effectiveOn, found.consent)
  if (preview.counts.errors > 0) return { type: 'blocked', preview }
  if (preview.mark !== mark) return { type: 'stale', preview }
  if (!(await settleImport(tx, found.id, 'applied', now))) return { type: 'settled' }
  await applyPreview(core, tx, preview, found.waiting, found.consent, { ...by, importId: found.id }, now)
  return { type: 'applied', preview }
}

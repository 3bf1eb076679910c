// Lists of staff numbers on their way into an audience: taken from a file or from what was pasted, looked at, used.
import { raw } from '../../cards/values.ts'
import type { Prisma } from '../../db/generated/client.ts'
import { toDbInstant } from '../../db/time.ts'
import { inTransaction, type Tx } from '../../db/transaction.ts'
import { isLong, loadAudienceChoices } from '../../directory/audience/form.ts'
import { knownNumbers } from '../../directory/audience/query.ts'
import { cutNumbers } from '../../directory/audience/read.ts'
import { type Audience, audienceSchema, namedPeopleLimit } from '../../directory/audience.ts'
import { loadOrganisation } from '../../directory/load.ts'
import { type Ask, type FormHandler, form, replaceWith } from '../../intake/handler.ts'
import { writesAnnouncements } from '../../intake/permissions.ts'
import { cutText } from '../../kernel/words.ts'
import type { Core } from '../feature.ts'
import { reachOfAuthor } from './audience.ts'
import { changing, seen } from './changing.ts'
import { drawOne, readerOf } from './draw.ts'
import { type Listed, type Looked, listRows, lookUp, mostListed } from './list.ts'
import { loadBroadcasts, saveBroadcast } from './repository.ts'
import { textsIn } from './texts.ts'
import { openOne } from './views-desk.ts'
import { type ListState, listCard, openList } from './views-list.ts'

export type Part = 'people' | 'except'

export interface WaitingList {
  readonly id: number
  readonly broadcastId: number | null
  readonly part: Part
  readonly fileName: string
  readonly listed: readonly Listed[]
  readonly keep: boolean
}

/** The author's list; undefined once it is settled, or somebody else's. */
export async function loadList(tx: Tx, id: number, authorId: number): Promise<WaitingList | undefined> {
  const row = await tx.broadcastList.findFirst({ where: { id, authorId } })
  return row ? { ...row, part: row.part as Part, ...listRows.parse(row.rows) } : undefined
}

export async function keepList(
  tx: Tx,
  authorId: number,
  list: Omit<WaitingList, 'id'>,
  now: Temporal.Instant,
): Promise<number> {
  const { listed, keep, broadcastId, part, fileName } = list
  // One list of an author waits for each place: a new one takes the place of the earlier one.
  await tx.broadcastList.deleteMany({ where: { authorId, broadcastId, part } })
  const rows = listRows.parse({ listed, keep }) as Prisma.InputJsonObject
  const { id } = await tx.broadcastList.create({
    data: {
      authorId,
      broadcastId,
      part,
      fileName: cutText(fileName, 200),
      rows,
      createdAt: toDbInstant(now),
    },
    select: { id: true },
  })
  return id
}

/** Whom a list means today, of those whom its author may write to. */
export async function lookAt(
  tx: Tx,
  authorId: number,
  numbers: readonly Listed[],
  on: Temporal.PlainDate,
): Promise<Looked> {
  const org = await loadOrganisation(tx, on, [])
  const reach = await reachOfAuthor(tx, authorId, org)
  const query = { reach, on, org }
  return lookUp(
    numbers,
    await knownNumbers(
      tx,
      numbers.map(({ number }) => number),
      query,
    ),
  )
}

/** The card of a list as it stands. */
export async function drawList(core: Core, tx: Tx, ask: Ask, list: WaitingList, note?: string) {
  const drafts = await draftsOf(tx, ask.actor.id)
  const state: ListState = {
    id: list.id,
    fileName: list.fileName,
    part: list.part,
    looked: await lookAt(tx, ask.actor.id, list.listed, ask.today),
    all: list.listed.length,
    draft: drafts.find(({ id }) => id === list.broadcastId) ?? null,
    drafts,
    note,
  }
  return listCard(state, readerOf(core, ask))
}

/** Drafts of an author, the latest first. */
async function draftsOf(tx: Tx, authorId: number) {
  const rows = await tx.broadcast.findMany({
    where: { authorId, status: 'draft' },
    select: { id: true },
    orderBy: { updatedAt: 'desc' },
  })
  const ids = rows.map(({ id }) => id)
  const found = new Map((await loadBroadcasts(tx, ids)).map((draft) => [draft.id, draft]))
  return ids.flatMap((id) => found.get(id) ?? [])
}

const tidy = (audience: Audience): Audience => audienceSchema.parse(JSON.parse(JSON.stringify(audience)))

/** The audience with these people named, or left out. An empty list names nobody in particular. */
export function withPeople(
  audience: Audience,
  part: Part,
  ids: readonly number[],
  keep: boolean,
): Audience | undefined {
  const before = part === 'people' ? audience.people : audience.except?.people
  const all = [...new Set([...(keep ? (before ?? []) : []), ...ids])]
  if (all.length > namedPeopleLimit) return undefined
  const people = all.length > 0 ? all : undefined
  if (part === 'people') return tidy({ ...audience, people })
  const except = { ...audience.except, people }
  return tidy({ ...audience, except: people || except.sections?.length ? except : undefined })
}

const fields = { people: 'whoNumbers', except: 'whoNotNumbers' } as const

/**
 * Numbers as they were pasted: taken as they are where each means somebody, once; else kept aside and shown with what
 * there is to do, beside those of the other field, which are taken.
 */
export const savePeople = (core: Core): FormHandler =>
  form({
    permission: writesAnnouncements,
    data: seen,
    handle: (ask, data, values) =>
      changing(core, ask, data, 'write', async (tx, draft) => {
        const t = textsIn(ask.language)
        const org = await loadOrganisation(tx, ask.today, [])
        const reach = await reachOfAuthor(tx, draft.authorId, org)
        const choices = await loadAudienceChoices(tx, reach, draft.audience, ask.today)
        let audience = draft.audience
        const doubtful: Omit<WaitingList, 'id'>[] = []
        for (const part of ['people', 'except'] as const) {
          const pasted = cutNumbers(raw(values, fields[part]))
          const listed = pasted.map((number, n): Listed => ({ row: n + 1, number: cutText(number, 64) }))
          if (listed.length > mostListed)
            return { type: 'errors', errors: { [fields[part]]: t.list.tooMany } }
          const before = part === 'people' ? audience.people : audience.except?.people
          const clear = [values[`${fields[part]}Clear`] ?? ''].flat().includes('clear')
          const keep = isLong(before, choices) && !clear
          const looked = await lookAt(tx, draft.authorId, listed, ask.today)
          if (looked.problems.length > 0) {
            doubtful.push({ broadcastId: draft.id, part, fileName: '', listed, keep })
            continue
          }
          const named = withPeople(audience, part, looked.personIds, keep)
          if (!named) return { type: 'errors', errors: { [fields[part]]: t.list.tooMany } }
          audience = named
        }
        await saveBroadcast(tx, draft.id, { audience }, ask.now)
        const waiting: number[] = []
        for (const list of doubtful) waiting.push(await keepList(tx, draft.authorId, list, ask.now))
        const first = waiting[0] && (await loadList(tx, waiting[0], draft.authorId))
        if (!first) return { type: 'done', note: t.draft.changed }
        return {
          type: 'answer',
          answer: replaceWith(await drawList(core, tx, ask, first), openList(first.id)),
        }
      }),
  })

/** Another list of the same draft that still waits, else the draft. */
export async function goOn(core: Core, tx: Tx, ask: Ask, broadcastId: number, note: string) {
  const next = await tx.broadcastList.findFirst({
    where: { authorId: ask.actor.id, broadcastId },
    select: { id: true },
    orderBy: { id: 'asc' },
  })
  const list = next && (await loadList(tx, next.id, ask.actor.id))
  return list
    ? replaceWith(await drawList(core, tx, ask, list, note), openList(list.id))
    : replaceWith(await drawOne(core, tx, ask, broadcastId, { note }), openOne(broadcastId))
}

export const inOne = <T>(core: Core, work: (tx: Tx) => Promise<T>): Promise<T> =>
  inTransaction(core.db, work, { timeout: 30_000 })

/**
 * The audience that a waiting list gives a new announcement, and with that it is used; undefined where it is gone or means
 * nobody: an audience that names nobody would be everybody.
 */
export async function takeList(tx: Tx, ask: Ask, listId: number): Promise<Audience | undefined> {
  const list = await loadList(tx, listId, ask.actor.id)
  if (!list) return undefined
  const { personIds } = await lookAt(tx, ask.actor.id, list.listed, ask.today)
  const audience = withPeople({}, 'people', personIds, false)
  if (!audience || personIds.length === 0) return undefined
  await tx.broadcastList.delete({ where: { id: list.id } })
  return audience
}

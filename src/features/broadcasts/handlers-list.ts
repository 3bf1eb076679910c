// A list of staff numbers given as a file, and what is done with one that waits.
import { z } from 'zod'
import {
  type ActionHandler,
  type Answer,
  type Ask,
  action,
  type FileHandler,
  giveFile,
  openForm,
  type Permission,
  replaceWith,
  say,
} from '../../intake/handler.ts'
import { hrOfWholeCity, writesAnnouncements } from '../../intake/permissions.ts'
import { wordsOf } from '../../tables/glance.ts'
import { readTable } from '../../tables/read-table.ts'
import type { Core } from '../feature.ts'
import { changing, id, seen } from './changing.ts'
import { readerOf } from './draw.ts'
import { listedIn, looksListed, mostListed } from './list.ts'
import { drawList, goOn, inOne, keepList, loadList, lookAt, type WaitingList, withPeople } from './lists.ts'
import { saveBroadcast } from './repository.ts'
import { textsIn } from './texts.ts'
import { writeForm } from './views-draft.ts'
import { listGone, listUnreadable, openList, problemsFile } from './views-list.ts'

const count = z.int().min(0).max(2_147_483_647)
const ofList = z.object({ list: id })
const counted = ofList.extend({ count })

/** Who brings in no staff list: what may be one is theirs for an announcement. */
const writesOnly: Permission = {
  who: writesAnnouncements.who,
  allows: async (actor, now) =>
    (await writesAnnouncements.allows(actor, now)) === true &&
    (await hrOfWholeCity.allows(actor, now)) !== true,
}

async function take(core: Core, ask: Ask, name: string, bytes: Uint8Array): Promise<Answer> {
  const reader = readerOf(core, ask)
  const table = await readTable(bytes)
  const read = 'code' in table ? table : listedIn(table)
  if ('code' in read) return say(listUnreadable(read, name.slice(0, 200), reader))
  if (read.length > mostListed) {
    const { tooMany } = textsIn(ask.language).list
    return say(
      listUnreadable(
        { code: 'too-many-rows', text: { ja: tooMany, en: tooMany } },
        name.slice(0, 200),
        reader,
      ),
    )
  }
  return inOne(core, async (tx) => {
    const made = await keepList(
      tx,
      ask.actor.id,
      { broadcastId: null, part: 'people', fileName: name, listed: read, keep: false },
      ask.now,
    )
    const list = await loadList(tx, made, ask.actor.id)
    if (!list) throw new Error('a list that was just kept is not there')
    return say(await drawList(core, tx, ask, list), openList(made))
  })
}

export const listFiles = (core: Core): readonly FileHandler[] =>
  (['list', 'perhaps'] as const).map((certain) => ({
    permission: certain === 'list' ? writesAnnouncements : writesOnly,
    takes: (name, bytes) => looksListed(name, wordsOf(name, bytes) ?? '') === certain,
    handle: (ask, name, bytes) => take(core, ask, name, bytes),
  }))

export function listActions(core: Core): Record<string, ActionHandler> {
  const show = async (ask: Ask, list: number, work: (found: WaitingList) => Promise<Answer>) => {
    const found = await loadList(core.db.prisma, list, ask.actor.id)
    return found ? work(found) : replaceWith(listGone(readerOf(core, ask)))
  }

  /** Puts a list into a draft as it was when it was shown; whoever it means now is looked up once more. */
  const use = async (
    ask: Ask,
    data: { readonly list: number; readonly count: number },
    into: { readonly broadcast: number; readonly version: number },
  ): Promise<Answer> => {
    const answer = await changing(core, ask, into, 'write', async (tx, draft) => {
      const t = textsIn(ask.language).list
      const list = await loadList(tx, data.list, ask.actor.id)
      if (!list) return { type: 'answer', answer: replaceWith(listGone(readerOf(core, ask), draft.id)) }
      const again = async (note: string) => ({
        type: 'answer' as const,
        answer: replaceWith(await drawList(core, tx, ask, list, note), openList(list.id)),
      })
      const { personIds } = await lookAt(tx, ask.actor.id, list.listed, ask.today)
      if (personIds.length !== data.count) return again(t.changed)
      const audience = withPeople(draft.audience, list.part, personIds, list.keep)
      if (!audience) return again(t.tooMany)
      await saveBroadcast(tx, draft.id, { audience }, ask.now)
      await tx.broadcastList.delete({ where: { id: list.id } })
      const note = list.part === 'people' ? t.used(personIds.length) : t.usedExcept(personIds.length)
      return { type: 'answer', answer: await goOn(core, tx, ask, draft.id, note) }
    })
    if ('errors' in answer) throw new Error('a button has no fields')
    return {
      replies: answer.replies.filter((reply) => reply.type !== 'form'),
      ...(answer.again && { again: answer.again }),
    }
  }

  return {
    'broadcasts.list': action({
      effect: 'reads',
      permission: writesAnnouncements,
      data: ofList,
      handle: (ask, { list }) =>
        show(ask, list, async (found) =>
          inOne(core, async (tx) => replaceWith(await drawList(core, tx, ask, found), openList(list))),
        ),
    }),
    'broadcasts.list-use': action({
      effect: 'changes',
      permission: writesAnnouncements,
      data: counted.extend(seen.shape),
      handle: (ask, { broadcast, version, ...data }) => use(ask, data, { broadcast, version }),
    }),
    'broadcasts.list-into': action({
      effect: 'changes',
      permission: writesAnnouncements,
      data: counted,
      handle: (ask, data, selected = '') => {
        const [broadcast, version] = selected.split(':').map(Number)
        const into = seen.safeParse({ broadcast, version })
        return into.success
          ? use(ask, data, into.data)
          : show(ask, data.list, (found) =>
              inOne(core, async (tx) =>
                replaceWith(await drawList(core, tx, ask, found), openList(data.list)),
              ),
            )
      },
    }),
    'broadcasts.list-write': action({
      effect: 'reads',
      opensForm: true,
      permission: writesAnnouncements,
      data: counted,
      handle: async (ask, { list }) => {
        const found = await loadList(core.db.prisma, list, ask.actor.id)
        const reader = readerOf(core, ask)
        return found ? openForm(writeForm(undefined, reader, list)) : replaceWith(listGone(reader))
      },
    }),
    'broadcasts.list-problems': action({
      effect: 'reads',
      permission: writesAnnouncements,
      data: ofList,
      handle: (ask, { list }) =>
        show(ask, list, async ({ listed }) => {
          const { problems } = await inOne(core, (tx) => lookAt(tx, ask.actor.id, listed, ask.today))
          return giveFile(problemsFile(problems, readerOf(core, ask)))
        }),
    }),
    'broadcasts.list-discard': action({
      effect: 'changes',
      permission: writesAnnouncements,
      data: ofList,
      handle: (ask, { list }) =>
        inOne(core, async (tx) => {
          const found = await loadList(tx, list, ask.actor.id)
          if (!found) return replaceWith(listGone(readerOf(core, ask)))
          await tx.broadcastList.delete({ where: { id: list } })
          const note = textsIn(ask.language).list.discarded
          return found.broadcastId === null
            ? replaceWith(listGone(readerOf(core, ask)))
            : goOn(core, tx, ask, found.broadcastId, note)
        }),
    }),
  }
}

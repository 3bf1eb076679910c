// The author writes: text, audience, preview, sending off.
import { z } from 'zod'
import type { FieldErrors, FormValues } from '../../cards/card.ts'
import { isBlank } from '../../cards/fit.ts'
import { inTransaction } from '../../db/transaction.ts'
import { loadAudienceChoices } from '../../directory/audience/form.ts'
import { readAudience } from '../../directory/audience/read.ts'
import { audienceSchema } from '../../directory/audience.ts'
import { loadOrganisation } from '../../directory/load.ts'
import { readSetting } from '../../directory/settings.ts'
import {
  type ActionHandler,
  type Ask,
  action,
  type FormHandler,
  form,
  openForm,
  replaceWith,
} from '../../intake/handler.ts'
import { writesAnnouncements } from '../../intake/permissions.ts'
import type { Language } from '../../kernel/language.ts'
import type { Core } from '../feature.ts'
import { reachOfAuthor, standingOf } from './audience.ts'
import { changing, id, type Seen, seen } from './changing.ts'
import { drawDesk, drawOne, drawPreview, readerOf } from './draw.ts'
import { savePeople, takeList } from './lists.ts'
import { type Content, createBroadcast, loadBroadcast, looksAfter, saveBroadcast } from './repository.ts'
import { type Broadcast, limits, readLink } from './rules.ts'
import { sizesSetting } from './settings.ts'
import { textsIn } from './texts.ts'
import { deskPage, openOne } from './views-desk.ts'
import { type Groups, groupForm, groupValue, sendForm, whoForm, writeForm } from './views-draft.ts'

const text = (values: FormValues, name: string): string => {
  const value = values[name]
  return typeof value === 'string' ? value : (value?.[0] ?? '')
}

/** What the text form brought back, or what there is to mend. */
export function readContent(
  values: FormValues,
  language: Language,
): { readonly content: Content } | { readonly errors: FieldErrors } {
  const t = textsIn(language).write
  const errors: Record<string, string> = {}
  const required = (name: 'title' | 'body') => {
    const value = text(values, name)
    if (isBlank(value)) errors[name] = t.required
    else if (value.length > limits[name]) errors[name] = t.tooLong(limits[name], value.length)
    return value
  }
  const title = required('title').replace(/\s*\n\s*/g, ' ')
  const body = required('body')
  const written = text(values, 'link').trim()
  const link = written === '' ? null : readLink(written)
  if (link === undefined) errors.link = t.badLink
  if (Object.keys(errors).length > 0) return { errors }
  const options = [values.options ?? []].flat()
  return {
    content: {
      title,
      body,
      link: link ?? null,
      acknowledge: options.includes('acknowledge'),
      urgent: options.includes('urgent'),
    },
  }
}

/** Groups that this person may write to, of all features. */
async function groupsFor(core: Core, ask: Ask): Promise<readonly Groups[]> {
  const offered: Groups[] = []
  for (const kind of core.groups?.() ?? [])
    offered.push({ kind, groups: await kind.options(core.db.prisma, ask.actor, ask.now) })
  return offered
}

/** A form for a draft that is as it was when its button was shown; else the card as it stands. */
const opening = (
  core: Core,
  make: (ask: Ask, broadcast: Broadcast) => Promise<Parameters<typeof openForm>[0]>,
): ActionHandler =>
  action({
    effect: 'reads',
    opensForm: true,
    permission: writesAnnouncements,
    data: seen,
    handle: async (ask, data) => {
      const { prisma } = core.db
      const broadcast = await loadBroadcast(prisma, data.broadcast)
      const fresh = broadcast?.version === data.version && broadcast.status === 'draft'
      if (fresh && looksAfter(ask.actor, broadcast)) return openForm(await make(ask, broadcast))
      const note = textsIn(ask.language).stale
      const card = await drawOne(core, prisma, ask, data.broadcast, { note })
      return replaceWith(card, openOne(data.broadcast))
    },
  })

async function choicesFor(core: Core, ask: Ask, broadcast: Broadcast) {
  const { prisma } = core.db
  const org = await loadOrganisation(prisma, ask.today, [])
  const reach = await reachOfAuthor(prisma, broadcast.authorId, org)
  return loadAudienceChoices(prisma, reach, broadcast.audience, ask.today)
}

export const writeActions = (core: Core): Record<string, ActionHandler> => ({
  'broadcasts.new': action({
    effect: 'reads',
    opensForm: true,
    permission: writesAnnouncements,
    data: z.object({}),
    handle: async (ask) => openForm(writeForm(undefined, readerOf(core, ask))),
  }),
  'broadcasts.write': opening(core, async (ask, broadcast) => writeForm(broadcast, readerOf(core, ask))),
  'broadcasts.who': opening(core, async (ask, broadcast) =>
    whoForm(broadcast, 'conditions', await choicesFor(core, ask, broadcast), readerOf(core, ask)),
  ),
  'broadcasts.people': opening(core, async (ask, broadcast) =>
    whoForm(broadcast, 'people', await choicesFor(core, ask, broadcast), readerOf(core, ask)),
  ),
  'broadcasts.group': opening(core, async (ask, broadcast) =>
    groupForm(broadcast, await groupsFor(core, ask), readerOf(core, ask)),
  ),
  'broadcasts.send': opening(core, async (ask, broadcast) => {
    const { prisma } = core.db
    const standing = await standingOf(core, prisma, broadcast, ask.now)
    const sizes = await readSetting(prisma, sizesSetting)
    return sendForm({ broadcast, standing, sizes }, readerOf(core, ask))
  }),
  'broadcasts.preview': action({
    effect: 'reads',
    permission: writesAnnouncements,
    data: z.object({ broadcast: id }),
    handle: (ask, data) =>
      inTransaction(core.db, async (tx) => {
        const broadcast = await loadBroadcast(tx, data.broadcast)
        const again = openOne(data.broadcast)
        return broadcast && looksAfter(ask.actor, broadcast)
          ? replaceWith(await drawPreview(core, tx, ask, broadcast), again)
          : replaceWith(await drawOne(core, tx, ask, data.broadcast), again)
      }),
  }),
  'broadcasts.copy': action({
    effect: 'changes',
    permission: writesAnnouncements,
    data: z.object({ broadcast: id }),
    handle: (ask, data) =>
      inTransaction(core.db, async (tx) => {
        const from = await loadBroadcast(tx, data.broadcast)
        if (!from || !looksAfter(ask.actor, from))
          return replaceWith(await drawDesk(core, tx, ask, 1), deskPage(1))
        const { title, body, link, acknowledge, urgent, audience } = from
        const content = { title, body, link, acknowledge, urgent }
        const made = await createBroadcast(tx, ask.actor.id, content, ask.now, audience)
        const note = textsIn(ask.language).result.copied
        return replaceWith(await drawOne(core, tx, ask, made.id, { note }), openOne(made.id))
      }),
  }),
})

const saving = (core: Core): FormHandler =>
  form({
    permission: writesAnnouncements,
    data: seen,
    handle: async (ask, data: Seen, values) => {
      const broadcast = await loadBroadcast(core.db.prisma, data.broadcast)
      const choices = broadcast && (await choicesFor(core, ask, broadcast))
      return changing(core, ask, data, 'write', async (tx, draft) => {
        if (!choices) throw new Error('an announcement that is locked was there before')
        const read = await readAudience(
          tx,
          ['conditions'],
          draft.audience,
          values,
          choices,
          ask.language,
          ask.today,
        )
        if (read.errors) return { type: 'errors', errors: read.errors }
        await saveBroadcast(tx, draft.id, { audience: read.audience }, ask.now)
        return { type: 'done', note: textsIn(ask.language).draft.changed }
      })
    },
  })

export const writeForms = (core: Core): Record<string, FormHandler> => ({
  'broadcasts.text': form({
    permission: writesAnnouncements,
    data: seen.partial().extend({ list: id.optional() }),
    handle: async (ask, data, values) => {
      const t = textsIn(ask.language).draft
      const read = readContent(values, ask.language)
      if ('errors' in read) return read
      const { broadcast, version } = data
      if (broadcast !== undefined && version !== undefined)
        return changing(core, ask, { broadcast, version }, 'write', async (tx, draft) => {
          await saveBroadcast(tx, draft.id, read.content, ask.now)
          return { type: 'done', note: t.changed }
        })
      return inTransaction(core.db, async (tx) => {
        const audience = data.list === undefined ? {} : await takeList(tx, ask, data.list)
        if (!audience) return { errors: { title: textsIn(ask.language).list.settled } }
        const made = await createBroadcast(tx, ask.actor.id, read.content, ask.now, audience)
        return replaceWith(await drawOne(core, tx, ask, made.id, { note: t.saved }), openOne(made.id))
      })
    },
  }),
  'broadcasts.who-save': saving(core),
  'broadcasts.people-save': savePeople(core),
  'broadcasts.group-save': form({
    permission: writesAnnouncements,
    data: seen,
    handle: async (ask, data, values) => {
      const offered = await groupsFor(core, ask)
      const chosen = text(values, 'group')
      const found = offered
        .flatMap(({ kind, groups }) => groups.map((group) => ({ kind: kind.kind, id: group.id })))
        .find((group) => groupValue(group.kind, group.id) === chosen)
      return changing(core, ask, data, 'write', async (tx, draft) => {
        if (chosen !== '' && !found)
          return { type: 'errors', errors: { group: textsIn(ask.language).who.choose } }
        const audience = audienceSchema.parse(JSON.parse(JSON.stringify({ ...draft.audience, group: found })))
        await saveBroadcast(tx, draft.id, { audience }, ask.now)
        return { type: 'done', note: textsIn(ask.language).draft.changed }
      })
    },
  }),
})

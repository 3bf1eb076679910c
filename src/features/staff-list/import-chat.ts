// A list given to the bot: looked at, turned this way and that, applied or discarded. Everything shown is worked out
// anew from the waiting rows and the directory as it is now.
import { z } from 'zod'
import { inTransaction, type Tx } from '../../db/transaction.ts'
import {
  type Answer,
  type Ask,
  action,
  form,
  giveFile,
  type HomeItem,
  openForm,
  replaceWith,
  say,
} from '../../intake/handler.ts'
import { hrOfWholeCity } from '../../intake/permissions.ts'
import { looksLikeTable } from '../../tables/read-table.ts'
import type { Core, Feature } from '../feature.ts'
import { changesFile, problemsFile, templateFile } from './downloads.ts'
import { applyTimeout, applyWaiting, previewList, readFile, withProposal } from './import.ts'
import {
  appliedCard,
  cancelledCard,
  dayForm,
  type PreviewState,
  previewCard,
  settledCard,
  unreadableCard,
} from './import-views.ts'
import { type Preview, usualDay, type Waiting, withoutEvaluator } from './preview.ts'
import { releaseChat, scheduledHome } from './release/chat.ts'
import { reorganisationChat } from './reorganisation/chat.ts'
import {
  addImport,
  type By,
  discardOwn,
  findImport,
  findWaiting,
  hashOf,
  type ImportRow,
  keepSummary,
  keepWaiting,
  lockDirectory,
  mayOpen,
  settleImport,
  waitingImports,
  writeAudits,
} from './repository.ts'
import { textsOf } from './texts.ts'

const idOnly = z.object({ id: z.number().int() })
const marked = z.object({ id: z.number().int(), mark: z.string().max(64) })

export const by = (ask: Ask): By => ({ actorId: ask.actor.id, via: 'chat', flow: ask.flow })
const again = (id: number) => ({ id: 'staff-list.preview', data: { id } })

interface Open {
  readonly row: ImportRow
  readonly waiting: Waiting
}

export function importChat(core: Core): Omit<Feature, 'name'> {
  /** A list that waits, for whom it is to see; it is not there for others. */
  const open = async (
    tx: Tx,
    ask: Ask,
    id: number,
    status: 'preview' | 'waiting' = 'preview',
  ): Promise<Open | undefined> => {
    const row = await findImport(tx, id)
    const wanted = row?.status === 'preview' || (status === 'waiting' && row?.status === 'scheduled')
    if (!row || !wanted || !mayOpen(row, ask.actor.id)) return undefined
    const waiting = await findWaiting(tx, id)
    return waiting && { row, waiting }
  }
  const settled = async (tx: Tx, ask: Ask, id: number) =>
    settledCard(await findImport(tx, id), core.zone, ask.language)

  /** Works the preview out, keeps its figures, and draws it. */
  const show = async (
    tx: Tx,
    ask: Ask,
    { row, waiting }: Open,
    more: { day?: Temporal.PlainDate; consent?: boolean; stale?: boolean; preview?: Preview } = {},
  ) => {
    const effectiveOn = more.day ?? row.effectiveOn
    const consent = more.consent ?? row.summary.consent
    const preview = more.preview ?? (await previewList(tx, waiting, effectiveOn, consent))
    const summary = { ...row.summary, consent, mark: preview.mark, counts: preview.counts }
    await keepSummary(tx, row.id, summary, effectiveOn)
    const state: PreviewState = {
      row: { ...row, effectiveOn, summary },
      preview,
      today: ask.today,
      withoutEvaluator: withoutEvaluator(waiting.list, preview),
      ...(waiting.mapping && { mapping: waiting.mapping }),
      ...(more.stale && { stale: true }),
    }
    return previewCard(state, ask.language)
  }

  const take = async (ask: Ask, name: string, bytes: Uint8Array): Promise<Answer> => {
    const on = usualDay(ask.today)
    const read = await readFile(core.db.prisma, bytes, on)
    if ('code' in read) return say(unreadableCard(read, name, ask.language))
    return inTransaction(
      core.db,
      async (tx) => {
        const waiting = await withProposal(tx, { list: read.list, problems: read.problems }, on)
        const preview = await previewList(tx, waiting, on, false)
        const summary = {
          kind: read.kind,
          rows: read.rows,
          consent: false,
          mark: preview.mark,
          counts: preview.counts,
        }
        // One list of an officer waits at a time: names lie about no longer than they must.
        await discardOwn(tx, ask.actor.id)
        const made = { fileName: name, fileHash: hashOf(bytes), effectiveOn: on, waiting, summary }
        const id = await addImport(tx, { ...made, createdById: ask.actor.id }, ask.now)
        const row = await findImport(tx, id)
        if (!row) throw new Error('an import that was just written is not there')
        return say(await show(tx, ask, { row, waiting }, { preview }), again(id))
      },
      applyTimeout,
    )
  }

  const apply = (ask: Ask, id: number, mark: string): Promise<Answer> =>
    inTransaction(
      core.db,
      async (tx) => {
        await lockDirectory(tx)
        const found = await open(tx, ask, id)
        if (!found) return replaceWith(await settled(tx, ask, id))
        const { row, waiting } = found
        const { effectiveOn, summary } = row
        if (waiting.mapping?.confirmed === false) return replaceWith(await show(tx, ask, found), again(id))
        const wanted = { id, effectiveOn, consent: summary.consent, waiting }
        const outcome = await applyWaiting(core, tx, wanted, mark, by(ask), ask.now)
        switch (outcome.type) {
          case 'applied':
            return replaceWith(
              appliedCard(
                {
                  row,
                  preview: outcome.preview,
                  today: ask.today,
                  withoutEvaluator: withoutEvaluator(waiting.list, outcome.preview),
                },
                ask.language,
              ),
              again(id),
            )
          case 'stale':
          case 'blocked':
            return replaceWith(
              await show(tx, ask, found, { stale: true, preview: outcome.preview }),
              again(id),
            )
          case 'settled':
            return replaceWith(await settled(tx, ask, id))
          default:
            return outcome satisfies never
        }
      },
      applyTimeout,
    )

  /** What the directory would become on another day, or with other consent. */
  const turn = (ask: Ask, id: number, more: { day?: Temporal.PlainDate; consent?: boolean }) =>
    inTransaction(
      core.db,
      async (tx) => {
        const found = await open(tx, ask, id)
        return replaceWith(found ? await show(tx, ask, found, more) : await settled(tx, ask, id), again(id))
      },
      applyTimeout,
    )

  const file = async (ask: Ask, id: number, draw: typeof problemsFile): Promise<Answer> => {
    const found = await open(core.db.prisma, ask, id, 'waiting')
    if (!found) return say(await settled(core.db.prisma, ask, id))
    const { row, waiting } = found
    const preview = await previewList(core.db.prisma, waiting, row.effectiveOn, row.summary.consent)
    return giveFile(draw(preview, ask.language))
  }

  const scheduled = releaseChat(core, async (tx, ask, id) => {
    const found = await open(tx, ask, id)
    return found ? show(tx, ask, found, { stale: true }) : settled(tx, ask, id)
  })

  const sections = reorganisationChat(core, { open, show, settled })

  return {
    jobs: scheduled.jobs,
    notices: scheduled.notices,
    on: scheduled.on,
    files: [{ permission: hrOfWholeCity, takes: looksLikeTable, handle: take }],
    actions: {
      ...scheduled.actions,
      ...sections.actions,
      'staff-list.preview': action({
        effect: 'reads',
        permission: hrOfWholeCity,
        data: idOnly,
        handle: async (ask, { id }) => (await scheduled.show(ask, id)) ?? turn(ask, id, {}),
      }),
      'staff-list.apply': action({
        effect: 'changes',
        permission: hrOfWholeCity,
        data: marked,
        handle: (ask, { id, mark }) => apply(ask, id, mark),
      }),
      'staff-list.consent': action({
        effect: 'changes',
        permission: hrOfWholeCity,
        data: marked.extend({ consent: z.boolean() }),
        handle: (ask, { id, mark, consent }) =>
          inTransaction(
            core.db,
            async (tx) => {
              const found = await open(tx, ask, id)
              if (!found) return replaceWith(await settled(tx, ask, id))
              // Consent is given to a count that was seen: had it changed since, it would be another consent.
              const now = await previewList(
                tx,
                found.waiting,
                found.row.effectiveOn,
                found.row.summary.consent,
              )
              const stale = now.mark !== mark
              return replaceWith(
                await show(tx, ask, found, stale ? { stale, preview: now } : { consent }),
                again(id),
              )
            },
            applyTimeout,
          ),
      }),
      'staff-list.join': action({
        effect: 'changes',
        permission: hrOfWholeCity,
        data: marked.extend({ number: z.string().max(64), guest: z.number().int(), same: z.boolean() }),
        handle: (ask, { id, mark, number, guest, same }) =>
          inTransaction(
            core.db,
            async (tx) => {
              const found = await open(tx, ask, id)
              if (!found) return replaceWith(await settled(tx, ask, id))
              const { row } = found
              const seen = await previewList(tx, found.waiting, row.effectiveOn, row.summary.consent)
              const likely = seen.likely.find((each) => each.number === number && each.guestId === guest)
              if (seen.mark !== mark || likely?.joined !== !same)
                return replaceWith(await show(tx, ask, found, { stale: true, preview: seen }), again(id))
              const others = (found.waiting.joined ?? []).filter((each) => each.number !== number)
              const joined = same ? [...others, { number, guestId: guest }] : others
              const waiting = { ...found.waiting, joined }
              await keepWaiting(tx, id, waiting)
              return replaceWith(await show(tx, ask, { row, waiting }), again(id))
            },
            applyTimeout,
          ),
      }),
      'staff-list.cancel': action({
        effect: 'changes',
        permission: hrOfWholeCity,
        data: idOnly,
        handle: (ask, { id }) =>
          inTransaction(core.db, async (tx) => {
            if (!(await open(tx, ask, id)) || !(await settleImport(tx, id, 'cancelled', ask.now)))
              return replaceWith(await settled(tx, ask, id))
            const entry = {
              action: 'staff-list.discarded',
              subject: `staff-import:${id}`,
              subjectPersonId: null,
            }
            await writeAudits(tx, [{ ...entry, change: {} }], by(ask), ask.now)
            return replaceWith(cancelledCard(ask.language), again(id))
          }),
      }),
      'staff-list.edit-day': action({
        effect: 'reads',
        opensForm: true,
        permission: hrOfWholeCity,
        data: idOnly,
        handle: async (ask, { id }) => {
          const found = await open(core.db.prisma, ask, id)
          return found
            ? openForm(dayForm(found.row, ask.language))
            : say(await settled(core.db.prisma, ask, id))
        },
      }),
      'staff-list.problems': action({
        effect: 'reads',
        permission: hrOfWholeCity,
        data: idOnly,
        handle: (ask, { id }) => file(ask, id, problemsFile),
      }),
      'staff-list.changes': action({
        effect: 'reads',
        permission: hrOfWholeCity,
        data: idOnly,
        handle: (ask, { id }) => file(ask, id, changesFile),
      }),
      'staff-list.template': action({
        effect: 'reads',
        permission: hrOfWholeCity,
        data: z.object({}),
        handle: async (ask) => giveFile(await templateFile(ask.language)),
      }),
    },
    forms: {
      ...scheduled.forms,
      ...sections.forms,
      'staff-list.day': form({
        permission: hrOfWholeCity,
        data: idOnly,
        handle: async (ask, { id }, { day }) => {
          const chosen = dayWithin(day, ask.today)
          if (!chosen) return { errors: { day: textsOf(ask.language).dayForm.bad } }
          return turn(ask, id, { day: chosen })
        },
      }),
    },
    home: async (ask) => {
      if (!(await hrOfWholeCity.allows(ask.actor, ask.now))) return []
      const t = textsOf(ask.language).preview
      const rows = await waitingImports(core.db.prisma, ask.actor.id)
      return rows.map(
        (row): HomeItem =>
          row.status === 'scheduled'
            ? scheduledHome(row, core.zone, ask.language)
            : {
                at: null,
                text: t.home,
                detail: row.fileName,
                button: { label: t.homeButton, action: again(row.id) },
              },
      )
    },
  }
}

/** A day between two years ago and one year ahead, from an ISO date of a form. */
function dayWithin(value: unknown, today: Temporal.PlainDate): Temporal.PlainDate | undefined {
  if (typeof value !== 'string' || !/^\d{4}-\d{2}-\d{2}$/.test(value)) return undefined
  try {
    const day = Temporal.PlainDate.from(value)
    const within =
      Temporal.PlainDate.compare(day, today.subtract({ years: 2 })) >= 0 &&
      Temporal.PlainDate.compare(day, today.add({ years: 1 })) <= 0
    return within ? day : undefined
  } catch {
    return undefined
  }
}

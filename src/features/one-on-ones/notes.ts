// Notes that the two share: off unless the city turns them on. Sealed, theirs alone, and gone when their time is over.
import { z } from 'zod'
import type { Button, Card, Form, FormValues } from '../../cards/card.ts'
import { fromDbInstant, toDbDate, toDbInstant } from '../../db/time.ts'
import { inTransaction, type Tx } from '../../db/transaction.ts'
import type { Job } from '../../delivery/jobs.ts'
import { readSetting } from '../../directory/settings.ts'
import { type Answer, type Ask, action, form, openForm, replaceWith } from '../../intake/handler.ts'
import { everyStaffMember } from '../../intake/permissions.ts'
import { formatDate } from '../../kernel/format.ts'
import { cutText, normalise } from '../../kernel/words.ts'
import type { Core } from '../feature.ts'
import { rawOf } from './forms.ts'
import { id } from './ids.ts'
import { noteLabel, openText, sealingOf, sealText } from './sealed.ts'
import { keptMonths, notesSetting } from './settings.ts'
import { changeable, namesOf, notFound, readable, shown } from './show.ts'
import type { Series } from './state.ts'
import { textsIn } from './texts.ts'
import { openSeries, text } from './views.ts'
import { titleOf } from './words.ts'

export const longestNote = 10_000
/** One field of a form holds 3,000 characters on Slack and Teams: a longer note is edited in several. */
const FIELD = 2_900
const FIELDS = 4
const fieldName = (i: number) => (i === 0 ? 'text' : `text${i + 1}`)
/** So much of a note is one block, and so many blocks are one card. */
const BLOCK = 2_400
const BLOCKS = 3
const mostRows = 20
const mostPages = 50
/** As long as a field of either platform takes. */
const fieldLimit = 3_000

const noteData = z.object({ note: id, page: z.int().min(1).max(10).optional() })

export function notesPart(core: Core) {
  const { db, zone } = core

  /** Where notes are off, a card that says so instead. */
  async function whereOn(tx: Tx, ask: Ask, series: Series): Promise<Answer | undefined> {
    const { on } = await readSetting(tx, notesSetting)
    return on && series.kind === 'line'
      ? undefined
      : shown(core, tx, ask, series.id, textsIn(ask.language).notesOff)
  }

  async function titleFor(tx: Tx, ask: Ask, series: Series): Promise<string> {
    const names = await namesOf(tx, series, ask)
    const other = series.leadId === ask.actor.id ? series.memberId : series.leadId
    return titleOf(series, names.get(other) ?? '', ask.language)
  }

  const authorOf = (names: ReadonlyMap<number, string>, author: number, ask: Ask) => {
    const t = textsIn(ask.language)
    return author === ask.actor.id ? t.own : (names.get(author) ?? t.person)
  }
  const dayOf = (written: Date, ask: Ask) =>
    formatDate(fromDbInstant(written).toZonedDateTimeISO(zone).toPlainDate(), ask.language)

  async function list(tx: Tx, ask: Ask, seriesId: number, note?: string, page = 1): Promise<Answer> {
    const t = textsIn(ask.language)
    const series = await readable(tx, seriesId, ask.actor.id)
    const off = await whereOn(tx, ask, series)
    if (off) return off
    const names = await namesOf(tx, series, ask)
    const { keptMonths: months } = await readSetting(tx, notesSetting)
    const rows = await tx.oneOnOneNote.findMany({
      where: { seriesId, removeOn: { gt: toDbDate(ask.today) } },
      orderBy: { id: 'desc' },
      skip: (page - 1) * mostRows,
      take: mostRows + 1,
    })
    const turn = (to: number, label: string): Button => ({
      label,
      action: { id: 'one-on-ones.notes', data: { series: seriesId, page: to } },
    })
    const buttons: Button[] = [
      ...(series.state.type === 'ended'
        ? []
        : [
            {
              label: t.noteAdd,
              style: 'primary' as const,
              action: { id: 'one-on-ones.note-write', data: { series: seriesId } },
            },
          ]),
      ...(page > 1 ? [turn(page - 1, t.earlier)] : []),
      ...(rows.length > mostRows && page < mostPages ? [turn(page + 1, t.later)] : []),
      { label: t.back, action: openSeries(seriesId) },
    ]
    const card: Card = {
      language: ask.language,
      summary: t.summary,
      blocks: [
        { type: 'heading', text: t.notesHeading(await titleFor(tx, ask, series)) },
        ...(note ? [text(note)] : []),
        rows.length > 0
          ? {
              type: 'list',
              rows: rows.slice(0, mostRows).map((row) => ({
                text: t.noteRow(authorOf(names, row.authorId, ask), dayOf(row.writtenAt, ask)),
                button: { label: t.open, action: { id: 'one-on-ones.note', data: { note: row.id } } },
              })),
            }
          : text(t.notesNone),
        { type: 'buttons', buttons },
        { type: 'context', text: series.state.type === 'ended' ? t.endedIntro : t.notesIntro(months) },
      ],
    }
    return replaceWith(card, { id: 'one-on-ones.notes', data: { series: seriesId, page } })
  }

  /** The note in force with its series, for whoever may read it. Throws Refusal. */
  async function find(tx: Tx, noteId: number, ask: Ask) {
    const row = await tx.oneOnOneNote.findFirst({
      where: { id: noteId, removeOn: { gt: toDbDate(ask.today) } },
    })
    if (!row) throw notFound()
    const series = await readable(tx, row.seriesId, ask.actor.id)
    if (await whereOn(tx, ask, series)) throw notFound()
    const words = openText(sealingOf(core), row.sealed, noteLabel(series.id))
    return { row, series, words: words ?? textsIn(ask.language).unreadable, readable: words !== undefined }
  }

  async function read(ask: Ask, data: z.infer<typeof noteData>): Promise<Answer> {
    const t = textsIn(ask.language)
    const { prisma: tx } = db
    const { row, series, words, readable: opens } = await find(tx, data.note, ask)
    const page = data.page ?? 1
    const all = partsOf(words)
    const shownParts = all.slice((page - 1) * BLOCKS, page * BLOCKS)
    const turn = (to: number, label: string): Button => ({
      label,
      action: { id: 'one-on-ones.note', data: { note: row.id, page: to } },
    })
    const mayEdit = row.authorId === ask.actor.id && series.state.type !== 'ended' && opens
    const names = await namesOf(tx, series, ask)
    const buttons: Button[] = [
      ...(page > 1 ? [turn(page - 1, t.earlier)] : []),
      ...(all.length > page * BLOCKS ? [turn(page + 1, t.later)] : []),
      ...(mayEdit
        ? [
            {
              label: t.noteEdit,
              action: { id: 'one-on-ones.note-write', data: { series: series.id, note: row.id } },
            },
          ]
        : []),
      { label: t.notes, action: { id: 'one-on-ones.notes', data: { series: series.id } } },
    ]
    return replaceWith(
      {
        language: ask.language,
        summary: t.summary,
        blocks: [
          { type: 'heading', text: t.notesHeading(await titleFor(tx, ask, series)) },
          { type: 'context', text: t.noteRow(authorOf(names, row.authorId, ask), dayOf(row.writtenAt, ask)) },
          ...shownParts.map(text),
          { type: 'buttons', buttons },
        ],
      },
      { id: 'one-on-ones.note', data: { note: row.id, page } },
    )
  }

  async function write(ask: Ask, data: { series: number; note?: number | undefined }) {
    return inTransaction(db, async (tx) => {
      const t = textsIn(ask.language)
      const series = await changeable(tx, data.series, ask.actor.id)
      const off = await whereOn(tx, ask, series)
      if (off) return off
      const old = data.note === undefined ? undefined : await find(tx, data.note, ask)
      const own = old?.row.authorId === ask.actor.id && old.row.seriesId === series.id
      const kept = old && own && old.readable ? old : undefined
      const { parts, joints: seams } = fieldsOf(kept?.words ?? '')
      // Room to go on, as far as a note may be long.
      const shownFields = [...parts, ...(kept && parts.length < FIELDS ? [''] : [])]
      const opened: Form = {
        language: ask.language,
        id: 'one-on-ones.note',
        title: t.noteTitle,
        submit: t.save,
        cancel: t.cancel,
        data: {
          series: series.id,
          ...(kept && { note: kept.row.id, version: kept.row.version, joints: seams }),
        },
        fields: shownFields.map((value, i) => ({
          type: 'text',
          name: fieldName(i),
          label: i === 0 ? t.noteField : t.noteMore(i + 1),
          multiline: true,
          maxLength: fieldLimit,
          ...(i > 0 && { optional: true }),
          ...(!kept && { hint: t.noteHint }),
          ...(value !== '' && { value }),
        })),
      }
      return openForm(opened)
    })
  }

  return {
    actions: {
      'one-on-ones.notes': action({
        effect: 'reads',
        permission: everyStaffMember,
        data: z.object({ series: id, page: z.int().min(1).max(mostPages).optional() }),
        handle: (ask, data) => list(db.prisma, ask, data.series, undefined, data.page),
      }),
      'one-on-ones.note': action({
        effect: 'reads',
        permission: everyStaffMember,
        data: noteData,
        handle: read,
      }),
      'one-on-ones.note-write': action({
        effect: 'reads',
        opensForm: true,
        permission: everyStaffMember,
        data: z.object({ series: id, note: id.optional() }),
        handle: write,
      }),
    },
    forms: {
      'one-on-ones.note': form({
        permission: everyStaffMember,
        data: z.object({
          series: id,
          note: id.optional(),
          version: id.optional(),
          joints: z.string().max(1_000).optional(),
        }),
        handle: (ask, data, values) =>
          inTransaction(db, async (tx) => {
            const t = textsIn(ask.language)
            const series = await changeable(tx, data.series, ask.actor.id)
            const off = await whereOn(tx, ask, series)
            if (off) return off
            const raw = joined(values, data.joints ?? '')
            // Refused rather than cut off, also where the tidied form is the longer one.
            const long = Math.max(raw.length, raw.normalize('NFKC').length)
            if (long > longestNote) return { errors: { text: t.tooLong(longestNote, long) } }
            const words = normalise(raw, { lines: true })
            if (words === '') return { errors: { text: t.required } }
            const { keptMonths: months } = await readSetting(tx, notesSetting)
            const sealed = sealText(sealingOf(core), words, noteLabel(series.id))
            const kept = {
              sealed,
              writtenAt: toDbInstant(ask.now),
              removeOn: toDbDate(ask.today.add({ months })),
            }
            if (data.note === undefined) {
              await tx.oneOnOneNote.create({ data: { seriesId: series.id, authorId: ask.actor.id, ...kept } })
              return list(tx, ask, series.id, t.noteSaved)
            }
            const { count } = await tx.oneOnOneNote.updateMany({
              where: {
                id: data.note,
                seriesId: series.id,
                authorId: ask.actor.id,
                version: data.version ?? 0,
                removeOn: { gt: toDbDate(ask.today) },
              },
              data: { ...kept, version: { increment: 1 } },
            })
            return list(tx, ask, series.id, count > 0 ? t.noteSaved : t.stale)
          }),
      }),
    },
    jobs: [forgetting(core)],
  }
}

/** What stood between two parts, a letter each; forms trim what is around a text. */
const joints = { n: '', s: ' ', l: '\n', b: '\n\n' } as const

/**
 * A note in as many parts as fields hold it, cut at the end of a line where there is one in the later half, and what
 * stood at each cut, so that saving it unchanged changes nothing. `words`: as `normalise` leaves them.
 */
export function fieldsOf(words: string): { readonly parts: readonly string[]; readonly joints: string } {
  const parts: string[] = []
  let seams = ''
  let rest = words
  while (rest.length > FIELD && parts.length < FIELDS - 1) {
    const line = rest.lastIndexOf('\n', FIELD)
    const cut = line > FIELD / 2 ? line : cutText(rest, FIELD).length
    const part = rest.slice(0, cut).trimEnd()
    const next = rest.slice(cut).trimStart()
    const between = rest.slice(part.length, rest.length - next.length)
    seams += Object.entries(joints).find(([, text]) => text === between)?.[0] ?? 'l'
    parts.push(part)
    rest = next
  }
  return { parts: [...parts, rest], joints: seams }
}

/** The fields as one text again; what was written into a further field begins a line. */
export function joined(values: FormValues, seams: string): string {
  const parts = Array.from({ length: FIELDS }, (_, i) => rawOf(values, fieldName(i)))
  const between = (i: number) => joints[(seams[i - 1] ?? 'l') as keyof typeof joints] ?? '\n'
  return parts.reduce((all, part, i) => (part === '' ? all : `${all}${between(i)}${part}`))
}

/** A long text in parts that one block takes, without cutting a character in two. */
function partsOf(words: string): string[] {
  const parts: string[] = []
  for (let rest = words; rest !== ''; ) {
    const part = cutText(rest, BLOCK)
    parts.push(part)
    rest = rest.slice(part.length)
  }
  return parts
}

/** Nightly: notes whose period is over, topics done long ago, and series that ended long ago with all that was in them. */
function forgetting(core: Core): Job {
  return {
    name: 'one-on-ones.forget',
    cron: '40 2 * * *',
    inside: async (tx, _, now) => {
      const local = now.toZonedDateTimeISO(core.zone)
      await tx.oneOnOneNote.deleteMany({ where: { removeOn: { lte: toDbDate(local.toPlainDate()) } } })
      const months = await readSetting(tx, keptMonths)
      const before = local.subtract({ months })
      await tx.oneOnOneTopic.deleteMany({ where: { doneAt: { lt: toDbInstant(before.toInstant()) } } })
      await tx.oneOnOne.deleteMany({
        where: {
          status: 'ended',
          endedOn: { lt: toDbDate(before.toPlainDate()) },
          // A note stays for as long as the city said when it was written.
          notes: { none: {} },
        },
      })
    },
  }
}

// 内示 in the chat: a previewed list is given a release and officers, looked at, changed, released early or cancelled.
// Who is not named is answered as if there were no such list.
import { z } from 'zod'
import type { Card, FieldErrors, FormValues } from '../../../cards/card.ts'
import { inTransaction, type Tx } from '../../../db/transaction.ts'
import {
  type Answer,
  type Ask,
  action,
  type FormAnswer,
  form,
  type HomeItem,
  openForm,
  replaceWith,
  say,
} from '../../../intake/handler.ts'
import { hrOfWholeCity } from '../../../intake/permissions.ts'
import { formatDateTime } from '../../../kernel/format.ts'
import type { Language } from '../../../kernel/language.ts'
import { parseJapaneseDate } from '../../../kernel/parse-date.ts'
import type { Core, Feature } from '../../feature.ts'
import { applyTimeout, previewList } from '../import.ts'
import { settledCard } from '../import-views.ts'
import { one } from '../leave.ts'
import {
  findImport,
  findWaiting,
  type ImportRow,
  keepWaiting,
  lockDirectory,
  mayOpen,
  settleImport,
  waitingImports,
  writeAudits,
} from '../repository.ts'
import { loadScheduled, release, releaseDue, reviewScheduled, type Scheduled } from './apply.ts'
import { releaseKinds } from './notices.ts'
import { changeRelease, officersOn, releaseMark, schedule } from './repository.ts'
import { changesIn, releaseWithin } from './rules.ts'
import { releaseTexts } from './texts.ts'
import { endedCard, type FormState, type ReleaseState, releaseForm, scheduledCard } from './views.ts'

const marked = z.object({ id: z.number().int(), mark: z.string().max(64) })
const seeing = marked.extend({ seen: z.string().max(64) })
const again = (id: number) => ({ id: 'staff-list.preview', data: { id } })

/** What Home shows a named officer. */
export function scheduledHome(row: ImportRow, zone: string, language: Language): HomeItem {
  const t = releaseTexts(language)
  const when = row.releaseAt ? formatDateTime(row.releaseAt, zone, language) : '-'
  return {
    at: row.releaseAt,
    text: row.heldAt ? t.homeHeld : t.home(when),
    button: { label: t.homeButton, action: again(row.id) },
  }
}

/** @param preview the card of a list that is still previewed, worked out anew; or that it is none any more */
export function releaseChat(
  core: Core,
  preview: (tx: Tx, ask: Ask, id: number) => Promise<Card>,
): Pick<Feature, 'jobs' | 'notices' | 'on' | 'actions' | 'forms'> & {
  show(ask: Ask, id: number): Promise<Answer | undefined>
} {
  const { zone } = core
  const working = <T>(work: (tx: Tx) => Promise<T>) => inTransaction(core.db, work, applyTimeout)

  /** For a named officer; it is not there for others. */
  const open = async (tx: Tx, ask: Ask, id: number): Promise<Scheduled | undefined> => {
    const found = await loadScheduled(tx, id)
    return found && mayOpen(found.row, ask.actor.id) ? found : undefined
  }
  const gone = async (tx: Tx, ask: Ask, id: number) =>
    replaceWith(settledCard(await findImport(tx, id), zone, ask.language), again(id))
  const draw = async (tx: Tx, ask: Ask, found: Scheduled, note?: ReleaseState['note']) => {
    const people = await tx.person.findMany({
      where: { id: { in: [...found.row.officers] } },
      select: { id: true, name: true },
      orderBy: { number: 'asc' },
    })
    const officers = people.map(({ name }) => name)
    return scheduledCard({ ...found, zone, officers, ...(note && { note }) }, ask.language)
  }
  /** The list as it is now, after something was done to it. */
  const shown = async (tx: Tx, ask: Ask, id: number, note: ReleaseState['note']) => {
    const found = await open(tx, ask, id)
    return found ? replaceWith(await draw(tx, ask, found, note), again(id)) : gone(tx, ask, id)
  }
  const audit = (tx: Tx, ask: Ask, what: string, id: number) =>
    // That something waits, and what, stands nowhere before its release: the trail says who did what to which list.
    writeAudits(
      tx,
      [{ action: `staff-list.${what}`, subject: `staff-import:${id}`, subjectPersonId: null, change: {} }],
      { actorId: ask.actor.id, via: 'chat', flow: ask.flow },
      ask.now,
    )

  /** A press on a list that waits, as it was when the button was drawn; otherwise it is shown as it is. */
  const onScheduled = (
    ask: Ask,
    { id, mark, seen }: { id: number; mark: string; seen?: string },
    act: (tx: Tx, found: Scheduled) => Promise<Answer>,
  ): Promise<Answer> =>
    working(async (tx) => {
      await lockDirectory(tx)
      const found = await open(tx, ask, id)
      if (!found) return gone(tx, ask, id)
      const stale = releaseMark(found.row) !== mark || (seen !== undefined && found.preview.mark !== seen)
      return stale ? replaceWith(await draw(tx, ask, found, 'stale'), again(id)) : act(tx, found)
    })

  const formState = async (tx: Tx, ask: Ask, row: ImportRow, mark: string): Promise<FormState> => ({
    row,
    mark,
    zone,
    me: ask.actor.id,
    officers: await officersOn(tx, ask.today),
    others:
      row.status === 'preview'
        ? (await waitingImports(tx, ask.actor.id)).filter(({ status }) => status === 'scheduled')
        : [],
  })

  const submit = (
    ask: Ask,
    { id, mark }: { id: number; mark: string },
    values: FormValues,
  ): Promise<FormAnswer | { errors: FieldErrors }> =>
    working(async (tx): Promise<FormAnswer | { errors: FieldErrors }> => {
      await lockDirectory(tx)
      const row = await findImport(tx, id)
      if (!row || !mayOpen(row, ask.actor.id)) return gone(tx, ask, id)
      if (row.status !== 'preview' && row.status !== 'scheduled') return gone(tx, ask, id)
      const at = moment(values, zone)
      const bad = releaseWithin(at, row.effectiveOn, ask.now, zone)
      if (!at || bad) {
        const text = releaseTexts(ask.language).form.errors[bad ?? 'time']
        return { errors: bad === 'time' ? { date: text } : { date: text, time: text } }
      }
      const may = new Set((await officersOn(tx, ask.today)).map((officer) => officer.id))
      const chosen = values.officers
      const named = (typeof chosen === 'string' ? [chosen] : (chosen ?? [])).map(Number)
      const owner = row.createdById ?? ask.actor.id
      const officers = [...new Set([owner, ask.actor.id, ...named.filter((each) => may.has(each))])]
      if (row.status === 'scheduled') {
        if (releaseMark(row) !== mark) return shown(tx, ask, id, 'stale')
        await changeRelease(tx, id, { at, officers })
        await audit(tx, ask, 'release-changed', id)
        return shown(tx, ask, id, 'changedNote')
      }
      const waiting = await findWaiting(tx, id)
      if (!waiting) return gone(tx, ask, id)
      const {
        comparison,
        counts,
        mark: now,
      } = await previewList(tx, waiting, row.effectiveOn, row.summary.consent)
      const unsure = waiting.mapping?.confirmed === false
      if (now !== mark || counts.errors > 0 || unsure)
        return replaceWith(await preview(tx, ask, id), again(id))
      await schedule(tx, id, { at, officers }, { ...waiting, foreseen: changesIn(comparison) })
      await audit(tx, ask, 'release-set', id)
      const replaced = Number(one(values, 'replaces'))
      const other = Number.isSafeInteger(replaced) && replaced > 0 ? await open(tx, ask, replaced) : undefined
      if (other && other.row.id !== id) await cancel(tx, ask, other.row.id)
      return shown(tx, ask, id, 'scheduledNote')
    })

  const cancel = async (tx: Tx, ask: Ask, id: number) => {
    await settleImport(tx, id, 'cancelled', ask.now, 'scheduled')
    await audit(tx, ask, 'release-cancelled', id)
  }

  const edit = async (ask: Ask, id: number, mark: string): Promise<FormAnswer> => {
    const tx = core.db.prisma
    const row = await findImport(tx, id)
    const waits = row?.status === 'preview' || row?.status === 'scheduled'
    if (!row || !waits || !mayOpen(row, ask.actor.id)) return gone(tx, ask, id)
    return openForm(releaseForm(await formState(tx, ask, row, mark), ask.now, ask.language))
  }

  return {
    jobs: [{ name: 'staff-list.release', cron: '* * * * *', outside: (_, now) => releaseDue(core, now) }],
    notices: releaseKinds(core),
    on: async (event, tx, now) => {
      if (event.type === 'people-changed' || event.type === 'day-opened') await reviewScheduled(core, tx, now)
    },
    show: async (ask, id) => {
      const found = await open(core.db.prisma, ask, id)
      return found && say(await draw(core.db.prisma, ask, found), again(id))
    },
    actions: {
      'staff-list.release-hold': action({
        effect: 'reads',
        opensForm: true,
        permission: hrOfWholeCity,
        data: marked,
        handle: (ask, { id, mark }) => edit(ask, id, mark),
      }),
      'staff-list.release-edit': action({
        effect: 'reads',
        opensForm: true,
        permission: hrOfWholeCity,
        data: marked,
        handle: (ask, { id, mark }) => edit(ask, id, mark),
      }),
      'staff-list.release-accept': action({
        effect: 'changes',
        permission: hrOfWholeCity,
        data: seeing,
        handle: (ask, data) =>
          onScheduled(ask, data, async (tx, { waiting, preview: now }) => {
            await keepWaiting(tx, data.id, { ...waiting, foreseen: changesIn(now.comparison) })
            await audit(tx, ask, 'release-accepted', data.id)
            return shown(tx, ask, data.id, 'acceptedNote')
          }),
      }),
      'staff-list.release-now': action({
        effect: 'changes',
        permission: hrOfWholeCity,
        data: seeing,
        handle: (ask, data) =>
          onScheduled(ask, data, async (tx, found) => {
            if (found.preview.counts.errors > 0)
              return replaceWith(await draw(tx, ask, found, 'stale'), again(data.id))
            await audit(tx, ask, 'release-early', data.id)
            await release(core, tx, found, ask.now)
            return replaceWith(endedCard('released', ask.language), again(data.id))
          }),
      }),
      'staff-list.release-cancel': action({
        effect: 'changes',
        permission: hrOfWholeCity,
        data: marked,
        handle: (ask, data) =>
          onScheduled(ask, data, async (tx) => {
            await cancel(tx, ask, data.id)
            return replaceWith(endedCard('cancelled', ask.language), again(data.id))
          }),
      }),
    },
    forms: {
      'staff-list.release': form({
        permission: hrOfWholeCity,
        data: marked,
        handle: (ask, data, values) => submit(ask, data, values),
      }),
    },
  }
}

/** The day and the hour of a form, as a moment of the organisation's zone. */
function moment(values: FormValues, zone: string): Temporal.Instant | undefined {
  const day = parseJapaneseDate(one(values, 'date'))
  const time = one(values, 'time')
  if (!day.ok || !day.date || !time || !/^([01]\d|2[0-3]):[0-5]\d$/.test(time)) return undefined
  return day.date.toPlainDateTime(Temporal.PlainTime.from(time)).toZonedDateTime(zone).toInstant()
}

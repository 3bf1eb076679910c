// What a release tells, drawn from the directory as it is when it is sent.
import type { Block } from '../../../cards/card.ts'
import type { Tx } from '../../../db/transaction.ts'
import type { DueNotice, NoticeKind, Part, Recipient } from '../../../delivery/notice.ts'
import { loadOrganisation } from '../../../directory/load.ts'
import type { Organisation } from '../../../directory/organisation.ts'
import { addressed, loadPeople } from '../../../directory/people.ts'
import { formatDateYear } from '../../../kernel/format.ts'
import type { Core } from '../../feature.ts'
import { findImport, type ImportRow } from '../repository.ts'
import { importOf, kinds } from './kinds.ts'
import { releaseTexts } from './texts.ts'

const idsIn = (value: unknown): number[] =>
  typeof value === 'string' && value !== '' ? value.split(',').map(Number) : []

/** Section and title of the main post: 「税務課 主任」. */
function postIn(org: Organisation, personId: number): string | undefined {
  const post = org.mainPost(personId)
  const section = post && org.section(post.sectionId)?.name
  return post && [section ?? '', post.title].filter((part) => part !== '').join(' ')
}

/** The lists that notices are about, each once; what is not applied is not told. */
async function appliedOf(tx: Tx, notices: readonly DueNotice[]) {
  const found: { row: ImportRow; notice: DueNotice }[] = []
  const obsolete: number[] = []
  for (const notice of notices) {
    const row = await findImport(tx, importOf(notice.subject))
    if (row?.status === 'applied') found.push({ row, notice })
    else obsolete.push(notice.id)
  }
  return { found, obsolete }
}

async function drawReleased(tx: Tx, notices: readonly DueNotice[], to: Recipient): Promise<Part | null> {
  const { found, obsolete } = await appliedOf(tx, notices)
  const t = releaseTexts(to.language).notices.released
  const blocks: Block[] = []
  for (const { row, notice } of found) {
    const { effectiveOn } = row
    const on = formatDateYear(effectiveOn, to.language)
    const [comes, goes] = [idsIn(notice.detail.comes), idsIn(notice.detail.goes)]
    const before = await loadOrganisation(tx, effectiveOn.subtract({ days: 1 }), [to.id, ...comes, ...goes])
    const after = await loadOrganisation(tx, effectiveOn, [to.id, ...comes, ...goes])
    const evaluator = after.evaluator(to.id, 'first')
    const people = await loadPeople(
      tx,
      [...comes, ...goes, ...(evaluator === null ? [] : [evaluator])],
      effectiveOn,
    )
    const called = (id: number) => {
      const person = people.get(id)
      return person ? addressed(person, to.language) : t.nobody
    }
    if (notice.detail.mine === true) {
      const post = t.post(postIn(before, to.id) ?? t.nobody, postIn(after, to.id) ?? t.nobody)
      blocks.push({ type: 'text', text: t.mine(on) }, { type: 'text', text: [{ bold: post }] })
      if (evaluator !== null)
        blocks.push({ type: 'facts', facts: [{ label: t.first, value: called(evaluator) }] })
      blocks.push({ type: 'context', text: t.after })
    }
    if (comes.length + goes.length > 0) {
      const line = (ids: readonly number[], where: Organisation) =>
        ids.map((id) => t.who(called(id), postIn(where, id) ?? t.nobody)).join('\n') || t.nobody
      blocks.push(
        { type: 'text', text: t.team(on) },
        {
          type: 'facts',
          facts: [
            { label: t.comes, value: line(comes, after) },
            { label: t.goes, value: line(goes, before) },
          ],
        },
      )
    }
  }
  return blocks.length === 0 ? null : { summary: t.summary, blocks, obsolete }
}

async function drawDone(tx: Tx, notices: readonly DueNotice[], to: Recipient): Promise<Part | null> {
  const { found, obsolete } = await appliedOf(tx, notices)
  const t = releaseTexts(to.language).notices.done
  if (found.length === 0) return null
  const blocks = found.map(({ row: { summary, effectiveOn } }): Block => {
    const { new: added, moved, changed, returned, left } = summary.counts
    const text = t.text(formatDateYear(effectiveOn, to.language), added + moved + changed + returned + left)
    return { type: 'text', text }
  })
  return { summary: t.summary, blocks, obsolete }
}

async function drawHeld(tx: Tx, notices: readonly DueNotice[], to: Recipient): Promise<Part | null> {
  const t = releaseTexts(to.language).notices.held
  const blocks: Block[] = []
  const obsolete: number[] = []
  const byList = Map.groupBy(notices, ({ subject }) => importOf(subject))
  for (const [id, due] of byList) {
    const row = await findImport(tx, id)
    if (row?.status !== 'scheduled' || !row.officers.includes(to.id)) {
      obsolete.push(...due.map((notice) => notice.id))
      continue
    }
    const action = { id: 'staff-list.preview', data: { id } }
    blocks.push(
      { type: 'text', text: row.heldAt ? t.held : t.doubt },
      { type: 'buttons', buttons: [{ label: t.open, action }] },
    )
  }
  return blocks.length === 0 ? null : { summary: t.summary, blocks, obsolete }
}

export const releaseKinds = (_core: Core): readonly NoticeKind[] => {
  const title = (of: 'released' | 'done' | 'held') => ({
    ja: releaseTexts('ja').notices[of].title,
    en: releaseTexts('en').notices[of].title,
  })
  return [
    {
      kind: kinds.released,
      title: title('released'),
      priority: 1,
      ifUnknown: 'repeat',
      hours: 'working',
      draw: drawReleased,
    },
    {
      kind: kinds.done,
      title: title('done'),
      priority: 2,
      ifUnknown: 'repeat',
      hours: 'working',
      draw: drawDone,
    },
    // Whoever set the hour of a release waits for it.
    {
      kind: kinds.held,
      title: title('held'),
      priority: 1,
      ifUnknown: 'repeat',
      hours: 'any',
      draw: drawHeld,
    },
  ]
}

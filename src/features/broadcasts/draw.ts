// The card of an announcement as it stands, for whoever asks: draft, waiting, to approve, or how it went.
import type { Card } from '../../cards/card.ts'
import type { Tx } from '../../db/transaction.ts'
import { compose } from '../../delivery/digest.ts'
import { addressed, loadPeople } from '../../directory/people.ts'
import { officeName, readSetting } from '../../directory/settings.ts'
import type { Ask } from '../../intake/handler.ts'
import { hr, hrOfWholeCity, writesAnnouncements } from '../../intake/permissions.ts'
import type { Core } from '../feature.ts'
import { approversOf, examplesOf, sectionOfAuthor, standingOf } from './audience.ts'
import { loadAwaiting, loadBroadcast, loadDesk, loadReceived, looksAfter } from './repository.ts'
import type { Broadcast } from './rules.ts'
import { sizesSetting } from './settings.ts'
import { type Filter, loadCounts, loadRecipients, unmoved } from './status.ts'
import { textsIn } from './texts.ts'
import { deskCard, deskPage } from './views-desk.ts'
import { draftCard, previewCard } from './views-draft.ts'
import { goneCard, letterBlocks, pageSize, type Reader, receivedCard, receivedPage } from './views-message.ts'
import { approvalCard, cancelledCard, listSize, resultCard, type Waiting, waitingCard } from './views-sent.ts'

export const readerOf = (core: Core, ask: Ask): Reader => ({ language: ask.language, zone: core.zone })

/** Whether this person may decide about it now. */
export async function approves(core: Core, tx: Tx, ask: Ask, broadcast: Broadcast): Promise<boolean> {
  if (broadcast.status !== 'awaiting' || broadcast.authorId === ask.actor.id) return false
  if (!(await hr.allows(ask.actor, ask.now))) return false
  const { personIds } = await standingOf(core, tx, broadcast, ask.now)
  return (await approversOf(tx, broadcast.authorId, personIds, ask.today)).includes(ask.actor.id)
}

export interface Look {
  readonly note?: string | undefined
  readonly filter?: Filter
  readonly page?: number
}

/** Nobody who may not see it learns that it is there. */
export async function drawOne(core: Core, tx: Tx, ask: Ask, id: number, look: Look = {}): Promise<Card> {
  const broadcast = await loadBroadcast(tx, id)
  const { language } = ask
  if (!broadcast) return goneCard(language, deskPage(1))
  const decides = await approves(core, tx, ask, broadcast)
  if (!decides && !looksAfter(ask.actor, broadcast)) return goneCard(language, deskPage(1))
  const reader = readerOf(core, ask)
  const { note } = look
  if (broadcast.releasedAt) return drawResult(core, tx, ask, broadcast, look)
  if (broadcast.status === 'cancelled') return cancelledCard(broadcast, note, reader)
  const standing = await standingOf(core, tx, broadcast, ask.now)
  const examples = await examplesOf(tx, standing.personIds, ask.today, language)
  if (broadcast.status === 'draft') {
    const sizes = await readSetting(tx, sizesSetting)
    const groups = (core.groups?.() ?? []).length > 0
    return draftCard({ broadcast, standing, examples, sizes, groups, note }, reader)
  }
  const people = await loadPeople(
    tx,
    [broadcast.authorId, ...(broadcast.approverId ? [broadcast.approverId] : [])],
    ask.today,
  )
  const named = (personId: number | null) => {
    const person = people.get(personId ?? 0)
    return person && addressed(person, language)
  }
  const waiting: Waiting = {
    broadcast,
    standing,
    examples,
    author: named(broadcast.authorId) ?? '',
    approver: named(broadcast.approverId),
    note,
  }
  return decides ? approvalCard(waiting, reader) : waitingCard(waiting, reader)
}

async function drawResult(
  core: Core,
  tx: Tx,
  ask: Ask,
  broadcast: Broadcast,
  { note, page = 1, ...look }: Look,
): Promise<Card> {
  const { id, acknowledge, status } = broadcast
  const counts = await loadCounts(tx, id, status === 'sending')
  // Unasked, only those are listed whom somebody should look after.
  const filter = look.filter ?? (counts.failed > 0 ? 'failed' : undefined)
  const at = (wanted: number) => ({ limit: listSize, offset: (wanted - 1) * listSize })
  const read = async (wanted: number) =>
    filter ? await loadRecipients(tx, id, filter, ask.today, at(wanted)) : { recipients: [], all: counts.all }
  let shown = page
  let list = await read(page)
  if (list.recipients.length === 0 && page > 1) {
    shown = 1
    list = await read(1)
  }
  const { line } = await standingOf(core, tx, broadcast, ask.now)
  return resultCard(
    {
      broadcast,
      counts,
      line: line[ask.language],
      filter,
      recipients: list.recipients,
      listed: list.all,
      page: shown,
      unmoved: status === 'sent' ? (await unmoved(tx, id, acknowledge, ask.today)).length : 0,
      note,
    },
    readerOf(core, ask),
  )
}

/** The message as delivery makes it. */
export async function drawPreview(core: Core, tx: Tx, ask: Ask, broadcast: Broadcast): Promise<Card> {
  const reader = readerOf(core, ask)
  const sections = await sectionOfAuthor(tx, [broadcast.authorId], ask.today)
  const letter = {
    broadcast,
    section: sections.get(broadcast.authorId),
    acknowledgedAt: null,
    preview: true,
  }
  const part = {
    summary: textsIn(ask.language).message.summary(broadcast.title),
    blocks: letterBlocks(letter, reader),
  }
  const message = compose([part], await readSetting(tx, officeName), ask.language)
  return previewCard(broadcast, message ?? part, reader)
}

export async function drawDesk(core: Core, tx: Tx, ask: Ask, page: number, note?: string): Promise<Card> {
  let shown = page
  let found = await loadDesk(tx, ask.actor, { limit: pageSize, offset: (page - 1) * pageSize })
  if (found.broadcasts.length === 0 && page > 1) {
    shown = 1
    found = await loadDesk(tx, ask.actor, { limit: pageSize, offset: 0 })
  }
  return deskCard(
    {
      ...found,
      page: shown,
      toApprove: await loadToApprove(core, tx, ask),
      settings: (await hrOfWholeCity.allows(ask.actor, ask.now)) === true,
      note,
    },
    readerOf(core, ask),
  )
}

/** Those that this person may decide about. */
export async function loadToApprove(core: Core, tx: Tx, ask: Ask): Promise<readonly Broadcast[]> {
  if (!(await hr.allows(ask.actor, ask.now))) return []
  const found: Broadcast[] = []
  for (const broadcast of await loadAwaiting(tx, ask.actor.id))
    if (await approves(core, tx, ask, broadcast)) found.push(broadcast)
  return found
}

export async function drawReceived(core: Core, tx: Tx, ask: Ask, page: number): Promise<Card> {
  let shown = page
  let found = await loadReceived(tx, ask.actor.id, { limit: pageSize, offset: (page - 1) * pageSize })
  if (found.received.length === 0 && page > 1) {
    shown = 1
    found = await loadReceived(tx, ask.actor.id, { limit: pageSize, offset: 0 })
  }
  const writes = (await writesAnnouncements.allows(ask.actor, ask.now)) === true
  return receivedCard(found.received, found.all, shown, { writes }, readerOf(core, ask))
}

export const goneFor = (ask: Ask): Card => goneCard(ask.language, receivedPage(1))

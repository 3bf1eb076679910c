// 受講履歴: mine, my people's, and one person's for HR.
import type { Block, Button, Card, Row } from '../../../cards/card.ts'
import { writeAudit } from '../../../db/audit.ts'
import { inTransaction, type Tx } from '../../../db/transaction.ts'
import { inForce, loadOrganisation } from '../../../directory/load.ts'
import { loadPeople } from '../../../directory/people.ts'
import { reaches } from '../../../directory/rights.ts'
import { type Answer, type Ask, replaceWith, say } from '../../../intake/handler.ts'
import { Refusal } from '../../../kernel/errors.ts'
import { fiscalYearOf } from '../../../kernel/fiscal-year.ts'
import { formatFiscalYear } from '../../../kernel/format.ts'
import type { Core } from '../../feature.ts'
import { isDone } from '../state.ts'
import { courseName, stateWords } from '../words.ts'
import { figuresOf, hours } from './figures.ts'
import { type Entry, isBelow, loadHistory, loadYear, peopleBelow } from './load.ts'
import { recordSheet } from './sheets.ts'
import { en } from './texts.en.ts'
import { ja } from './texts.ja.ts'
import { textsIn } from './texts.ts'

const pageSize = 8
const peoplePerPage = 10

export const openHistory = (page = 1) => ({ id: 'trainings.history', data: { page } })
export const openTeam = (page = 1) => ({ id: 'trainings.history-team', data: { page } })
export const openPerson = (person: number, page = 1) => ({
  id: 'trainings.history-person',
  data: { person, page },
})

const notFound = () => new Refusal('not-found', { ja: ja.notFound, en: en.notFound })

/** Why somebody may see another one's record; throws Refusal (not-found) where they may not. */
async function accessTo(tx: Tx, ask: Ask, personId: number): Promise<'own' | 'supervisor' | 'hr'> {
  if (personId === ask.actor.id) return 'own'
  const org = await loadOrganisation(tx, ask.today, [personId])
  if (reaches(ask.actor, 'hr', personId, org) && org.mainPost(personId)) return 'hr'
  if (isBelow(org, personId, ask.actor.id)) return 'supervisor'
  throw notFound()
}

/** Whether somebody is above anybody: who has people sees the button to their records. */
export const hasPeople = async (tx: Tx, personId: number, today: Temporal.PlainDate): Promise<boolean> =>
  (await tx.route.count({
    where: { evaluatorId: personId, role: { in: ['supervisor', 'first'] }, ...inForce(today) },
  })) > 0

function rowOf(entry: Entry, zone: string, { language }: Ask): Row {
  const { signUp, course, session, minutes } = entry
  const state = stateWords(signUp, { zone, language, session: session ?? undefined })
  const detail = [
    formatFiscalYear(course.fiscalYear, language),
    state,
    minutes > 0 ? textsIn(language).hours(String(hours(minutes))) : '',
    signUp.recommendedById !== null ? textsIn(language).recommended : '',
  ]
  return { text: courseName(course, language), detail: detail.filter(Boolean).join(' / ') }
}

/** How many were done in each year, and their hours. */
function yearLines(entries: readonly Entry[], { language }: Ask): string[] {
  const t = textsIn(language)
  const done = entries.filter(({ signUp }) => isDone(signUp))
  return [...Map.groupBy(done, ({ course }) => course.fiscalYear)]
    .toSorted(([a], [b]) => b - a)
    .slice(0, 3)
    .map(([year, those]) => {
      const minutes = those.reduce((sum, each) => sum + each.minutes, 0)
      return t.yearLine(formatFiscalYear(year, language), those.length, String(hours(minutes)))
    })
}

async function historyCard(core: Core, tx: Tx, ask: Ask, personId: number, page: number): Promise<Card> {
  const { language } = ask
  const t = textsIn(language)
  const access = await accessTo(tx, ask, personId)
  const own = access === 'own'
  const all = await loadHistory(core, tx, personId)
  const entries = own || access === 'supervisor' ? all : all.filter(({ signUp }) => isDone(signUp))
  const person = (await loadPeople(tx, [personId], ask.today)).get(personId)
  const pages = Math.max(1, Math.ceil(entries.length / pageSize))
  const at = Math.min(Math.max(1, page), pages)
  const rows = entries.slice((at - 1) * pageSize, at * pageSize).map((entry) => rowOf(entry, core.zone, ask))
  const turn = (label: string, to: number): Button => ({
    label,
    action: own ? openHistory(to) : openPerson(personId, to),
  })
  const lines = yearLines(entries, ask)
  const buttons: Button[] = [
    ...(at > 1 ? [turn(t.previous, at - 1)] : []),
    ...(at < pages ? [turn(t.next, at + 1)] : []),
    ...(own && entries.length > 0
      ? [{ label: t.file, action: { id: 'trainings.history-file', data: {} } }]
      : []),
    ...(access === 'hr' && entries.length > 0
      ? [{ label: t.file, action: { id: 'trainings.history-export', data: { person: personId } } }]
      : []),
    ...(own && (await hasPeople(tx, personId, ask.today)) ? [{ label: t.section, action: openTeam() }] : []),
  ]
  const blocks: Block[] = [
    { type: 'heading', text: own ? t.mineTitle : t.titleOf(person?.name ?? '') },
    ...(lines.length > 0 ? [{ type: 'context', text: lines.join('\n') } as const] : []),
    rows.length > 0 ? { type: 'list', rows } : { type: 'text', text: own ? t.none : t.noneOf },
  ]
  if (pages > 1) blocks.push({ type: 'context', text: t.page(at, pages) })
  if (buttons.length > 0) blocks.push({ type: 'buttons', buttons })
  return { summary: t.summary, blocks }
}

/** A person's record in place of the card before, or as a new one. */
export async function showHistory(
  core: Core,
  tx: Tx,
  ask: Ask,
  personId: number,
  { page = 1, place = 'replace' }: { readonly page?: number; readonly place?: 'new' | 'replace' } = {},
): Promise<Answer> {
  const card = await historyCard(core, tx, ask, personId, page)
  const again = personId === ask.actor.id ? openHistory(page) : openPerson(personId, page)
  return (place === 'new' ? say : replaceWith)(card, again)
}

/** What one's people have done this year, and what is mandatory and not done. */
export async function showTeam(
  core: Core,
  tx: Tx,
  ask: Ask,
  { page = 1, place = 'replace' }: { readonly page?: number; readonly place?: 'new' | 'replace' } = {},
): Promise<Answer> {
  const { language } = ask
  const t = textsIn(language)
  const fiscalYear = fiscalYearOf(ask.today)
  const ids = await peopleBelow(tx, ask.actor.id, ask.today)
  const pages = Math.max(1, Math.ceil(ids.length / peoplePerPage))
  const at = Math.min(Math.max(1, page), pages)
  const shown = ids.slice((at - 1) * peoplePerPage, at * peoplePerPage)
  const people = await loadPeople(tx, shown, ask.today)
  // Read as an officer of the whole city would, and then only what is about these people.
  const everything = { grants: [{ role: 'hr', sectionId: null }] } as const
  const facts = shown.length === 0 ? [] : (await loadYear(core, tx, everything, fiscalYear, ask.today)).facts
  const rows = shown.map((personId): Row => {
    const figures = figuresOf(
      1,
      facts.filter((fact) => fact.personId === personId),
    )
    return {
      text: people.get(personId)?.name ?? '',
      detail: [
        t.personLine(figures.done, String(hours(figures.minutes))),
        ...(figures.duties > 0 ? [t.dutiesLeft(figures.duties - figures.dutiesDone)] : []),
      ].join(' / '),
      button: { label: t.see, action: openPerson(personId) },
    }
  })
  const blocks: Block[] = [{ type: 'heading', text: t.sectionTitle }]
  if (rows.length > 0)
    blocks.push(
      { type: 'context', text: t.sectionIntro(formatFiscalYear(fiscalYear, language)) },
      { type: 'list', rows },
    )
  else blocks.push({ type: 'text', text: t.sectionNone })
  const turn = (label: string, to: number): Button => ({ label, action: openTeam(to) })
  if (pages > 1)
    blocks.push(
      { type: 'context', text: t.page(at, pages) },
      {
        type: 'buttons',
        buttons: [
          ...(at > 1 ? [turn(t.previous, at - 1)] : []),
          ...(at < pages ? [turn(t.next, at + 1)] : []),
        ],
      },
    )
  return (place === 'new' ? say : replaceWith)({ summary: t.summary, blocks }, openTeam(at))
}

/** One's own record as a workbook, or somebody's for HR, which is written into the trail. */
export const giveRecord = (core: Core, ask: Ask, personId: number): Promise<Answer> =>
  inTransaction(core.db, async (tx) => {
    const access = await accessTo(tx, ask, personId)
    if (access === 'supervisor') throw notFound()
    const person = (await loadPeople(tx, [personId], ask.today)).get(personId)
    if (!person) throw notFound()
    const org = await loadOrganisation(tx, ask.today, [])
    const section = person.sectionId === null ? '' : (org.section(person.sectionId)?.name ?? '')
    const own = access === 'own'
    const { language, today } = ask
    const entries = await loadHistory(core, tx, personId)
    const file = await recordSheet(person, section, entries, { zone: core.zone, language, today, own })
    if (!own)
      await writeAudit(tx, {
        at: ask.now,
        actorId: ask.actor.id,
        via: 'chat',
        flow: ask.flow,
        action: 'trainings.record-exported',
        subject: `person:${personId}`,
        subjectPersonId: personId,
        change: { entries: entries.filter(({ signUp }) => isDone(signUp)).length },
      })
    return {
      replies: [{ type: 'file', file }],
      again: own ? openHistory() : openPerson(personId),
    }
  })

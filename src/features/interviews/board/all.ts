// 「面談 全庁」: HR's board by section, down to people, for the officer's part of the tree.
import { z } from 'zod'
import type { Button } from '../../../cards/card.ts'
import { inTransaction, type Tx } from '../../../db/transaction.ts'
import { loadOrganisation } from '../../../directory/load.ts'
import type { Organisation } from '../../../directory/organisation.ts'
import { loadPeople } from '../../../directory/people.ts'
import { reach, reaches } from '../../../directory/rights.ts'
import { type Answer, type Ask, action, giveFile, replaceWith, say } from '../../../intake/handler.ts'
import { hr, hrOfWholeCity } from '../../../intake/permissions.ts'
import { Refusal } from '../../../kernel/errors.ts'
import type { Core } from '../../feature.ts'
import { nameOf } from '../booking/texts.ts'
import { loadInterviews } from '../load.ts'
import { countAttention, countBySection, loadLines, loadSteps, type StepChoice } from './all-repository.ts'
import { attentionCard, boardCard, peopleBlocks, personCard, stepName } from './all-views.ts'
import { spreadsheet } from './export.ts'
import { pageSize } from './paging.ts'
import { type Moment, standingOf } from './state-words.ts'
import { en } from './texts.en.ts'
import { ja } from './texts.ja.ts'
import { textsIn } from './texts.ts'
import { nodeAt, type Reach } from './tree.ts'

/** A person's card shows the latest of their interviews. */
const mostOfPerson = 12

const outside = () => new Refusal('not-allowed', { ja: ja.outside, en: en.outside })
const sectionsOf = (within: Reach): number[] | null => (within === 'all' ? null : [...within])

interface Part {
  readonly org: Organisation
  readonly within: Reach
}

/** The officer's part of the tree today. */
async function partOf(tx: Tx, ask: Ask): Promise<Part> {
  const org = await loadOrganisation(tx, ask.today, [])
  return { org, within: reach(ask.actor, 'hr', org) }
}

/** The step that runs: the latest that has opened in an open cycle, else the next, else the latest of all. */
function usualStep(steps: readonly StepChoice[], today: Temporal.PlainDate): number {
  const running = steps.filter(({ open }) => open)
  const opened = running.find(({ opensOn }) => Temporal.PlainDate.compare(opensOn, today) <= 0)
  return (opened ?? running.at(-1) ?? steps[0])?.id ?? 0
}

const known = (
  steps: readonly StepChoice[],
  wanted: number | undefined,
  today: Temporal.PlainDate,
): number => (wanted === 0 || steps.some(({ id }) => id === wanted) ? (wanted ?? 0) : usualStep(steps, today))

export const boardData = z.object({
  step: z.int().min(0).optional(),
  section: z.int().min(0).optional(),
  page: z.int().optional(),
})
type BoardData = z.infer<typeof boardData>

async function board(core: Core, tx: Tx, ask: Ask, data: BoardData) {
  const { language, now, today } = ask
  const { org, within } = await partOf(tx, ask)
  const steps = await loadSteps(tx)
  const step = known(steps, data.step, today)
  const sections = sectionsOf(within)
  const counts = await countBySection(tx, { step, sections }, today, now)
  if (steps.length === 0 && counts.size === 0)
    return {
      summary: textsIn(language).allSummary,
      blocks: [{ type: 'text', text: textsIn(language).allNone } as const],
    }
  const node = nodeAt(org, within, counts, data.section ?? null)
  if (!node) throw outside()
  if (node.section && node.branches.length === 0 && node.counts.total > 0)
    return peopleCard(core, tx, ask, { org, within }, step, node.section.id, data.page ?? 1)
  const { gap, unclear, overdue } = await countAttention(tx, sections, today)
  return boardCard({ node, steps, step, attention: gap + unclear + overdue, page: data.page ?? 1 }, language)
}

const momentOf = (core: Core, { now, today, language }: Ask): Moment => ({
  now,
  today,
  zone: core.zone,
  language,
})

/** The people of one section itself; 0: those without a section, for the whole city's HR alone. */
async function peopleCard(
  core: Core,
  tx: Tx,
  ask: Ask,
  { org, within }: Part,
  step: number,
  sectionId: number,
  page: number,
) {
  const t = textsIn(ask.language)
  const section = org.section(sectionId)
  if (within !== 'all' && !within.has(sectionId)) throw outside()
  const name = stepName(
    (await loadSteps(tx)).find(({ id }) => id === step),
    ask.language,
  )
  const at = Math.max(1, page)
  const { lines, total } = await loadLines(tx, { step, sections: [sectionId] }, 'all', ask.today, {
    offset: (at - 1) * pageSize,
    limit: pageSize,
  })
  const up: Button = {
    label: section?.parentId ? t.up : t.back,
    action: {
      id: 'interviews.all',
      data: {
        step,
        ...(section?.parentId &&
          (within === 'all' || within.has(section.parentId)) && { section: section.parentId }),
        page: 1,
      },
    },
  }
  return {
    summary: t.allSummary,
    blocks: [
      { type: 'heading' as const, text: t.allTitleIn(name, section?.name ?? t.noSection) },
      ...peopleBlocks(
        lines,
        total,
        at,
        momentOf(core, ask),
        (to) => ({ id: 'interviews.section', data: { step, section: sectionId, page: to } }),
        [up, { label: t.export, action: { id: 'interviews.export', data: { step } } }],
      ),
    ],
  }
}

async function person(core: Core, tx: Tx, ask: Ask, personId: number) {
  const org = await loadOrganisation(tx, ask.today, [personId])
  const found = (await loadPeople(tx, [personId], ask.today)).get(personId)
  if (!found || !reaches(ask.actor, 'hr', personId, org)) throw outside()
  const interviews = (await loadInterviews(tx, { personId }, ask.today)).slice(-mostOfPerson)
  const conductors = await loadPeople(
    tx,
    interviews.flatMap((each) => [
      ...each.conductorIds,
      ...('meeting' in each && each.meeting ? [each.meeting.conductorId] : []),
    ]),
    ask.today,
  )
  const gap = interviews.find(
    (each) => each.status === 'waiting' && each.cycle?.status === 'open' && each.conductorIds.length === 0,
  )
  return personCard(
    {
      gap:
        gap?.cycle && (await hrOfWholeCity.allows(ask.actor, ask.now))
          ? { cycle: gap.cycle.id, person: personId }
          : null,
      name: found.name,
      number: found.number,
      title: found.title,
      section: org.section(found.sectionId ?? 0)?.name ?? '',
      lines: interviews.map((each) => {
        const meeting = 'meeting' in each ? each.meeting : null
        const ids = meeting ? [meeting.conductorId] : each.conductorIds
        return {
          ...standingOf(each),
          id: each.id,
          personId,
          number: found.number,
          name: found.name,
          title: found.title,
          sectionId: found.sectionId,
          stepId: each.step?.id ?? null,
          kind: each.kind,
          conductors: ids.flatMap((id) => conductors.get(id)?.name ?? []),
          label: nameOf(each, ask.language),
        }
      }),
    },
    momentOf(core, ask),
  )
}

const attentionData = z.object({ kind: z.enum(['gap', 'overdue']).optional(), page: z.int().optional() })

async function attention(core: Core, tx: Tx, ask: Ask, { kind, page = 1 }: z.infer<typeof attentionData>) {
  const { within } = await partOf(tx, ask)
  const sections = sectionsOf(within)
  if (!kind) return attentionCard(await countAttention(tx, sections, ask.today), ask.language)
  const t = textsIn(ask.language)
  const at = Math.max(1, page)
  const { lines, total } = await loadLines(tx, { step: null, sections }, kind, ask.today, {
    offset: (at - 1) * pageSize,
    limit: pageSize,
  })
  const back = [{ label: t.back, action: { id: 'interviews.attention', data: { page: 1 } } }]
  return {
    summary: t.attentionSummary,
    blocks: [
      { type: 'heading' as const, text: t[kind] },
      ...peopleBlocks(
        lines,
        total,
        at,
        momentOf(core, ask),
        (to) => ({ id: 'interviews.attention', data: { kind, page: to } }),
        back,
      ),
    ],
  }
}

async function exported(core: Core, tx: Tx, ask: Ask, wanted: number): Promise<Answer> {
  const { org, within } = await partOf(tx, ask)
  const steps = await loadSteps(tx)
  const step = known(steps, wanted, ask.today)
  const chosen = steps.find(({ id }) => id === step)
  const { lines } = await loadLines(tx, { step, sections: sectionsOf(within) }, 'all', ask.today)
  const cycle = chosen ? (ask.language === 'ja' ? chosen.cycle : chosen.cycleEn || chosen.cycle) : ''
  const sheet = { lines, organisation: org, cycle, step: stepName(chosen, ask.language) }
  return giveFile(await spreadsheet(sheet, momentOf(core, ask)))
}

const again = (id: string, data: Record<string, number | string | undefined>) => ({
  id,
  data: Object.fromEntries(
    Object.entries(data).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])),
  ),
})

export const showAll = (core: Core, ask: Ask): Promise<Answer> =>
  inTransaction(core.db, async (tx) =>
    say(await board(core, tx, ask, {}), again('interviews.all', { page: 1 })),
  )

export const allActions = (core: Core) => ({
  'interviews.all': action<BoardData>({
    effect: 'reads',
    permission: hr,
    data: boardData,
    handle: (ask, data, selected) =>
      inTransaction(core.db, async (tx) => {
        const chosen = selected !== undefined && /^\d{1,9}$/.test(selected)
        const wanted = chosen ? { ...data, step: Number(selected) } : data
        const card = await board(core, tx, ask, wanted)
        const present = again('interviews.all', { ...wanted, page: wanted.page ?? 1 })
        return data.page === undefined ? say(card, present) : replaceWith(card, present)
      }),
  }),
  'interviews.section': action<Required<BoardData>>({
    effect: 'reads',
    permission: hr,
    data: boardData.required(),
    handle: (ask, data) =>
      inTransaction(core.db, async (tx) =>
        replaceWith(
          await peopleCard(core, tx, ask, await partOf(tx, ask), data.step, data.section, data.page),
          again('interviews.section', data),
        ),
      ),
  }),
  'interviews.person': action<{ person: number }>({
    effect: 'reads',
    permission: hr,
    data: z.object({ person: z.int() }),
    handle: (ask, data) =>
      inTransaction(core.db, async (tx) =>
        say(await person(core, tx, ask, data.person), again('interviews.person', data)),
      ),
  }),
  'interviews.attention': action<z.infer<typeof attentionData>>({
    effect: 'reads',
    permission: hr,
    data: attentionData,
    handle: (ask, data) =>
      inTransaction(core.db, async (tx) => {
        const card = await attention(core, tx, ask, data)
        const present = again('interviews.attention', { ...data, page: data.page ?? 1 })
        return data.page === undefined ? say(card, present) : replaceWith(card, present)
      }),
  }),
  'interviews.export': action<{ step: number }>({
    effect: 'reads',
    permission: hr,
    data: z.object({ step: z.int().min(0) }),
    handle: (ask, data) => inTransaction(core.db, (tx) => exported(core, tx, ask, data.step)),
  }),
})

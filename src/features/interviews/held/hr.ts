// 「確認が必要な面談」: HR's list of records that the two answers do not complete, and how each is settled.
import { z } from 'zod'
import type { Card } from '../../../cards/card.ts'
import { inTransaction, type Tx } from '../../../db/transaction.ts'
import { loadOrganisation } from '../../../directory/load.ts'
import { addressed, loadPeople, type Person } from '../../../directory/people.ts'
import { reaches } from '../../../directory/rights.ts'
import { type Answer, type Ask, action, type HomeItem, replaceWith, say } from '../../../intake/handler.ts'
import { hr } from '../../../intake/permissions.ts'
import type { Language } from '../../../kernel/language.ts'
import type { Core } from '../../feature.ts'
import { notFound } from '../booking/access.ts'
import { loadInterview } from '../booking/store.ts'
import { nameOf } from '../booking/texts.ts'
import { paged, whenOf } from '../booking/views.ts'
import { loadInterviews } from '../load.ts'
import type { Interview } from '../state.ts'
import { isAsked } from './question.ts'
import { backToWaiting, recordHeld } from './record.ts'
import { heldTexts } from './texts.ts'

const id = z.number().int().positive()
const settleData = z.object({ interview: id, version: id, as: z.enum(['held', 'again']) })

type Unclear = Interview & { readonly status: 'unclear' }
const isUnclear = (interview: Interview): interview is Unclear => interview.status === 'unclear'

export function settling(core: Core) {
  const { zone } = core

  /** Those of the officer's part of the tree; not the officer's own, whose other side they may not see. */
  async function within(tx: Tx, ask: Ask, interviews: readonly Interview[]): Promise<Interview[]> {
    const others = interviews.filter((each) => !isAsked(each, ask.actor.id) && each.personId !== ask.actor.id)
    const org = await loadOrganisation(
      tx,
      ask.today,
      others.map((each) => each.personId),
    )
    return others.filter((each) => reaches(ask.actor, 'hr', each.personId, org))
  }

  const unclear = async (tx: Tx, ask: Ask): Promise<Unclear[]> =>
    (await within(tx, ask, await loadInterviews(tx, { status: 'unclear' }, ask.today))).filter(isUnclear)

  async function list(ask: Ask, page: number | undefined, line?: string): Promise<Answer> {
    return inTransaction(core.db, (tx) => listed(tx, ask, page, line))
  }

  async function listed(tx: Tx, ask: Ask, page: number | undefined, line?: string): Promise<Answer> {
    const found = await unclear(tx, ask)
    const people = await peopleIn(tx, found, ask)
    const card = listCard(found, people, page ?? 1, zone, ask.language, line)
    const again = { id: 'interviews.unclear', data: { page: page ?? 1 } }
    return page === undefined && !line ? say(card, again) : replaceWith(card, again)
  }

  const peopleIn = (tx: Tx, interviews: readonly Unclear[], ask: Ask) =>
    loadPeople(
      tx,
      interviews.flatMap((each) => [
        each.personId,
        ...each.conductorIds,
        ...(each.meeting ? [each.meeting.conductorId, ...each.meeting.answers.map((a) => a.personId)] : []),
      ]),
      ask.today,
    )

  async function check(ask: Ask, data: { interview: number }): Promise<Answer> {
    return inTransaction(core.db, async (tx) => {
      const interview = await loadInterview(tx, data.interview, ask.today)
      const [mine] = interview ? await within(tx, ask, [interview]) : []
      if (!mine) throw notFound()
      if (!isUnclear(mine)) return listed(tx, ask, 1, heldTexts(ask.language).hrMoved)
      const people = await peopleIn(tx, [mine], ask)
      return replaceWith(checkCard(mine, people, zone, ask.language), {
        id: 'interviews.check',
        data: { interview: mine.id },
      })
    })
  }

  async function settle(ask: Ask, data: z.infer<typeof settleData>): Promise<Answer> {
    return inTransaction(core.db, async (tx) => {
      const t = heldTexts(ask.language)
      const interview = await loadInterview(tx, data.interview, ask.today, 'lock')
      const [mine] = interview ? await within(tx, ask, [interview]) : []
      if (!mine) throw notFound()
      if (!isUnclear(mine) || mine.version !== data.version) return listed(tx, ask, 1, t.hrMoved)
      const by = { actorId: ask.actor.id, via: 'chat' as const, flow: ask.flow, now: ask.now }
      switch (data.as) {
        case 'held':
          await recordHeld(core, tx, mine, by)
          return listed(tx, ask, 1, t.hrDoneHeld)
        case 'again':
          await backToWaiting(core, tx, mine, by)
          return listed(tx, ask, 1, t.hrDoneAgain)
        default:
          return data.as satisfies never
      }
    })
  }

  async function home(ask: Ask): Promise<readonly HomeItem[]> {
    if (!ask.actor.grants.some((grant) => grant.role === 'hr')) return []
    const count = (await inTransaction(core.db, (tx) => unclear(tx, ask))).length
    const t = heldTexts(ask.language)
    if (count === 0) return []
    return [
      { at: null, text: t.hrHome(count), button: { label: t.hrOpen, action: { id: 'interviews.unclear' } } },
    ]
  }

  return {
    home,
    commands: [
      {
        id: 'interviews.unclear',
        phrases: { ja: ['面談 確認', '確認が必要な面談'], en: ['interview check'] },
        help: { ja: heldTexts('ja').hrHelp, en: heldTexts('en').hrHelp },
        permission: hr,
        handle: (ask: Ask) => list(ask, undefined),
      },
    ],
    actions: {
      'interviews.unclear': action({
        effect: 'reads',
        permission: hr,
        data: z.object({ page: id.optional() }),
        handle: (ask, data) => list(ask, data.page),
      }),
      'interviews.check': action({
        effect: 'reads',
        permission: hr,
        data: z.object({ interview: id }),
        handle: check,
      }),
      'interviews.settle': action({ effect: 'changes', permission: hr, data: settleData, handle: settle }),
    },
  }
}

const called = (people: ReadonlyMap<number, Person>, personId: number, language: Language): string => {
  const found = people.get(personId)
  return found ? addressed(found, language) : heldTexts(language).person
}

const sitter = (interview: Unclear): number | undefined =>
  interview.meeting?.conductorId ?? interview.conductorIds[0]

const heldWhen = (interview: Unclear, zone: string, language: Language): string =>
  interview.meeting ? whenOf(interview.meeting, zone, language) : heldTexts(language).unknown

function listCard(
  found: readonly Unclear[],
  people: ReadonlyMap<number, Person>,
  page: number,
  zone: string,
  language: Language,
  line?: string,
): Card {
  const t = heldTexts(language)
  const rows = found.map((each) => ({
    text: t.hrRow(called(people, each.personId, language), called(people, sitter(each) ?? 0, language)),
    detail: t.hrDetail(nameOf(each, language), heldWhen(each, zone, language)),
    button: { label: t.hrLook, action: { id: 'interviews.check', data: { interview: each.id } } },
  }))
  return {
    summary: t.hrSummary,
    blocks: [
      { type: 'heading', text: t.hrTitle },
      ...(line ? [{ type: 'text', text: line } as const] : []),
      { type: 'text', text: found.length > 0 ? t.hrIntro : t.hrNone },
      ...(rows.length > 0
        ? paged(rows, page, language, (to) => ({ id: 'interviews.unclear', data: { page: to } }))
        : []),
    ],
  }
}

function checkCard(
  interview: Unclear,
  people: ReadonlyMap<number, Person>,
  zone: string,
  language: Language,
): Card {
  const t = heldTexts(language)
  const when = heldWhen(interview, zone, language)
  const conductor = sitter(interview)
  const answers = interview.meeting?.answers ?? []
  const asked = [
    ...new Set([
      interview.personId,
      ...(conductor === undefined ? [] : [conductor]),
      ...answers.map((each) => each.personId),
    ]),
  ]
  const data = { interview: interview.id, version: interview.version }
  return {
    summary: t.hrCardTitle,
    blocks: [
      { type: 'heading', text: nameOf(interview, language) },
      {
        type: 'facts',
        facts: [
          { label: t.when, value: when },
          ...asked.map((personId) => {
            const given = answers.find((each) => each.personId === personId)?.answer
            return {
              label: called(people, personId, language),
              value: given ? t.answers[given] : t.hrNoAnswer,
            }
          }),
        ],
      },
      { type: 'text', text: t.hrQuestion },
      {
        type: 'buttons',
        buttons: [
          {
            label: t.hrRecordHeld,
            action: { id: 'interviews.settle', data: { ...data, as: 'held' } },
            confirm: { title: t.hrRecordHeld, text: t.hrConfirmHeld(when), yes: t.yes, no: t.no },
          },
          {
            label: t.hrRecordAgain,
            action: { id: 'interviews.settle', data: { ...data, as: 'again' } },
            confirm: { title: t.hrRecordAgain, text: t.hrConfirmAgain, yes: t.yes, no: t.no },
          },
          { label: t.back, action: { id: 'interviews.unclear', data: { page: 1 } } },
        ],
      },
    ],
  }
}

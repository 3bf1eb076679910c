// What the handlers share: finding a programme that somebody may run, and drawing it.
import { z } from 'zod'
import type { Card } from '../../cards/card.ts'
import type { MentoringProgramme } from '../../db/generated/client.ts'
import { inTransaction, type Tx } from '../../db/transaction.ts'
import { audienceLine, loadAudienceNames } from '../../directory/audience/words.ts'
import { audienceSchema } from '../../directory/audience.ts'
import type { Organisation } from '../../directory/organisation.ts'
import { addressed, loadPeople } from '../../directory/people.ts'
import { auditing } from '../../intake/audited.ts'
import type { Ask } from '../../intake/handler.ts'
import type { Core } from '../feature.ts'
import { type Access, isHr, mayRun, runnerOf } from './access.ts'
import { countToAsk } from './invite.ts'
import { loadScene, type Scene, stateOf } from './scene.ts'
import { textsIn } from './texts.ts'
import { buttons, card, programmeCard, proposalCard, text } from './views.ts'

export const id = z.int().min(1).max(2_147_483_647)
export const ofProgramme = z.object({ programme: id })
export const ofVersion = z.object({ programme: id, version: id })
export const ofPair = z.object({ pair: id, version: id })

export const working = <T>(core: Core, work: (tx: Tx) => Promise<T>) =>
  inTransaction(core.db, work, { timeout: 60_000 })

export const isOver = ({ status }: { readonly status: string }): boolean =>
  status === 'closed' || status === 'cancelled'

export interface Running {
  readonly programme: MentoringProgramme
  readonly org: Organisation
  readonly access: Access
}

/** Undefined where there is none, or it is not theirs: the two are never told apart. */
export async function running(tx: Tx, ask: Ask, programmeId: number): Promise<Running | undefined> {
  const programme = await tx.mentoringProgramme.findUnique({ where: { id: programmeId } })
  if (!programme) return undefined
  const { org, access } = await runnerOf(tx, ask.actor, ask.today)
  return mayRun(access, programme) ? { programme, org, access } : undefined
}

export const gone = (ask: Pick<Ask, 'language'>): Card =>
  card(ask.language, [
    text(textsIn(ask.language).gone),
    buttons({ label: textsIn(ask.language).back, action: { id: 'mentoring.home', data: {} } }),
  ])

export const audit = auditing('mentoring')

export async function drawProgramme(
  tx: Tx,
  ask: Ask,
  { programme, org }: Pick<Running, 'programme' | 'org'>,
  lines?: readonly string[],
): Promise<Card> {
  const members = await tx.mentoringMember.groupBy({
    by: ['role', 'status'],
    where: { programmeId: programme.id },
    _count: true,
  })
  const pairs = await tx.mentoringPair.groupBy({
    by: ['status'],
    where: { programmeId: programme.id },
    _count: true,
  })
  const answers = (role: string) => {
    const of = members.filter((each) => each.role === role)
    const sum = (all: typeof of) => all.reduce((n, each) => n + each._count, 0)
    return {
      asked: sum(of),
      joined: sum(of.filter(({ status }) => status === 'joined')),
      open: sum(of.filter(({ status }) => status === 'asked')),
    }
  }
  const count = (status: string) => pairs.find((each) => each.status === status)?._count ?? 0
  const people = await loadPeople(
    tx,
    [programme.coordinatorId, ...(programme.contactId ? [programme.contactId] : [])],
    ask.today,
  )
  const name = (personId: number | null) => {
    const person = personId === null ? undefined : people.get(personId)
    return person && addressed(person, ask.language)
  }
  const names = await loadAudienceNames(tx, ask.today, org)
  const line = (audience: unknown) =>
    audience === null
      ? undefined
      : audienceLine(audienceSchema.parse(audience), names, ask.language, {
          partOnly: programme.sectionId !== null,
        })
  return programmeCard({
    programme: stateOf(programme),
    language: ask.language,
    lines,
    answers: { mentee: answers('mentee'), mentor: answers('mentor') },
    pairs: { active: count('active'), offered: count('offered'), proposed: count('proposed') },
    who: { mentee: line(programme.menteeAudience), mentor: line(programme.mentorAudience) },
    toAsk: await countToAsk(tx, programme, org, ask.today),
    contact: name(programme.contactId),
    coordinator: name(programme.coordinatorId) ?? '—',
    isCoordinator: programme.coordinatorId === ask.actor.id,
    isHr: isHr(ask.actor),
  })
}

export const drawProposal = (scene: Scene, ask: Ask, page: number, lines?: readonly string[]): Card =>
  proposalCard(scene, ask.language, page, lines, scene.programme.coordinatorId === ask.actor.id)

export async function sceneFor(
  core: Core,
  tx: Tx,
  ask: Ask,
  programmeId: number,
): Promise<(Running & { readonly scene: Scene }) | undefined> {
  const found = await running(tx, ask, programmeId)
  return found && { ...found, scene: await loadScene(core, tx, found.programme, ask.today) }
}

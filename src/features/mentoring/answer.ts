// What somebody answered at sign-up. Sealed at rest: read by the solver, by their own form, and by nobody else.
import { z } from 'zod'
import type { Core } from '../feature.ts'

const names = z.array(z.string().max(60)).max(30)
const ids = z.array(z.int().min(1)).max(10)

const answerSchema = z.object({
  topics: names,
  styles: names,
  times: names,
  /** Whom a mentee would like, best first. */
  wishes: ids,
  avoidPeople: ids,
  /** As a guest (内定者), who cannot look colleagues up, wrote them. */
  avoidNames: z.array(z.string().max(60)).max(10).optional(),
  /** By code, which a renamed section keeps. */
  avoidSections: z.array(z.string().max(200)).max(50),
})
export type SignUpAnswer = z.infer<typeof answerSchema>

export const noAnswer: SignUpAnswer = {
  topics: [],
  styles: [],
  times: [],
  wishes: [],
  avoidPeople: [],
  avoidSections: [],
}

const sealingOf = ({ sealing }: Pick<Core, 'sealing'>) => {
  if (!sealing) throw new Error('mentoring needs the installation’s key')
  return sealing
}

const label = (programmeId: number, personId: number) => `mentoring.answer:${programmeId}:${personId}`

export function sealAnswer(
  core: Pick<Core, 'sealing'>,
  programmeId: number,
  personId: number,
  answer: SignUpAnswer,
): Uint8Array<ArrayBuffer> {
  const bytes = new TextEncoder().encode(JSON.stringify(answer))
  return Uint8Array.from(sealingOf(core).seal(bytes, label(programmeId, personId)))
}

/** @throws SealError under another key */
export function openAnswer(
  core: Pick<Core, 'sealing'>,
  member: { readonly programmeId: number; readonly personId: number; readonly sealed: Uint8Array | null },
): SignUpAnswer {
  if (!member.sealed) return noAnswer
  const opened = sealingOf(core).open(member.sealed, label(member.programmeId, member.personId))
  return answerSchema.parse(JSON.parse(opened.toString('utf8')))
}

/** Who asks for another partner: for the coordinator alone. */
export const sealRequest = (
  core: Pick<Core, 'sealing'>,
  pairId: number,
  personId: number,
): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(
    sealingOf(core).seal(new TextEncoder().encode(String(personId)), `mentoring.rematch:${pairId}`),
  )

export const openRequest = (core: Pick<Core, 'sealing'>, pairId: number, sealed: Uint8Array): number =>
  Number(sealingOf(core).open(sealed, `mentoring.rematch:${pairId}`).toString('utf8'))

/** Who has declined, until it takes effect: to be kept from everybody else. */
export const sealDecliners = (
  core: Pick<Core, 'sealing'>,
  pairId: number,
  personIds: readonly number[],
): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(
    sealingOf(core).seal(
      new TextEncoder().encode(JSON.stringify([...personIds])),
      `mentoring.declined:${pairId}`,
    ),
  )

export const openDecliners = (
  core: Pick<Core, 'sealing'>,
  pairId: number,
  sealed: Uint8Array | null,
): readonly number[] =>
  sealed === null
    ? []
    : ids.parse(JSON.parse(sealingOf(core).open(sealed, `mentoring.declined:${pairId}`).toString('utf8')))

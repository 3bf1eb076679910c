// Whom somebody would rather not sit with. Everybody who joins has such a list, filled up to one length, so that neither
// its being there nor its size says anything. Opened for the seating and for the person's own form, nowhere else.
import { z } from 'zod'
import type { Core } from '../feature.ts'

export const mostApart = 5
const length = 120

const schema = z.array(z.int().min(1)).max(mostApart)

const sealingOf = ({ sealing }: Pick<Core, 'sealing'>) => {
  if (!sealing) throw new Error('gatherings need the installation’s key')
  return sealing
}
const label = (seriesId: number, personId: number) => `gatherings.apart:${seriesId}:${personId}`

export function sealApart(
  core: Pick<Core, 'sealing'>,
  seriesId: number,
  personId: number,
  apart: readonly number[],
): Uint8Array<ArrayBuffer> {
  const text = JSON.stringify(schema.parse(apart)).padEnd(length)
  return Uint8Array.from(sealingOf(core).seal(new TextEncoder().encode(text), label(seriesId, personId)))
}

/** @throws SealError under another key */
export function openApart(
  core: Pick<Core, 'sealing'>,
  member: { readonly seriesId: number; readonly personId: number; readonly sealed: Uint8Array | null },
): readonly number[] {
  if (!member.sealed) return []
  const opened = sealingOf(core).open(member.sealed, label(member.seriesId, member.personId))
  return schema.parse(JSON.parse(opened.toString('utf8')))
}

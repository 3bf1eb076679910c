// Topics, notes and feelings are kept sealed, each under the label of whose it is: a row that is moved to another pair
// does not open there.
import { SealError } from '../../kernel/secret.ts'
import type { Core } from '../feature.ts'

export type Sealing = NonNullable<Core['sealing']>

/** Throws where the installation has no key: nothing personal is ever kept open. */
export function sealingOf(core: Pick<Core, 'sealing'>): Sealing {
  if (!core.sealing) throw new Error('1on1s need the installation key')
  return core.sealing
}

export const sealText = (sealing: Sealing, text: string, label: string): Uint8Array<ArrayBuffer> =>
  new Uint8Array(sealing.seal(Buffer.from(text, 'utf8'), label))

/** Undefined: sealed with another key, as after a restore without the key. */
export function openText(sealing: Sealing, sealed: Uint8Array, label: string): string | undefined {
  try {
    return sealing.open(sealed, label).toString('utf8')
  } catch (error) {
    if (error instanceof SealError) return undefined
    throw error
  }
}

export const topicLabel = (seriesId: number): string => `one-on-one topic ${seriesId}`
export const noteLabel = (seriesId: number): string => `one-on-one note ${seriesId}`
export const feelingLabel = (personId: number): string => `one-on-one feeling ${personId}`

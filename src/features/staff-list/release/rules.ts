// 内示: what a list that waited for its release may still do without being looked at again. Pure.
import type { Comparison } from '../../../directory/change/compare.ts'

/** Every single change of a comparison, as a key that says from what to what. */
export function changesIn({ changes, sections }: Pick<Comparison, 'changes' | 'sections'>): string[] {
  const key = (...parts: readonly (string | null)[]) => JSON.stringify(parts)
  return [
    ...changes.flatMap(({ kind, number, fields }) => [
      // A "changed" one is all in its fields.
      ...(kind === 'changed' ? [] : [key(kind, number)]),
      ...fields.map(({ field, from, to }) => key(number, field, from, to)),
    ]),
    ...sections.map(({ kind, code, from, to }) => key(kind, code, from, to)),
  ]
}

/**
 * What the list would change now and was not seen when it was looked at: where the directory has moved on since, the list
 * would undo it. What has come true meanwhile is left out by itself, and is no reason to stop.
 */
export function unforeseen(
  comparison: Pick<Comparison, 'changes' | 'sections'>,
  foreseen: readonly string[],
): Pick<Comparison, 'changes' | 'sections'> {
  const seen = new Set(foreseen)
  const isNew = (each: Pick<Comparison, 'changes' | 'sections'>) =>
    changesIn(each).some((key) => !seen.has(key))
  return {
    changes: comparison.changes.filter((change) => isNew({ changes: [change], sections: [] })),
    sections: comparison.sections.filter((section) => isNew({ changes: [], sections: [section] })),
  }
}

export type BadRelease = 'time' | 'past' | 'late'

/** A release is to come, and not after the day from which the list holds. */
export function releaseWithin(
  releaseAt: Temporal.Instant | undefined,
  effectiveOn: Temporal.PlainDate,
  now: Temporal.Instant,
  zone: string,
): BadRelease | undefined {
  if (!releaseAt) return 'time'
  if (Temporal.Instant.compare(releaseAt, now) <= 0) return 'past'
  const on = releaseAt.toZonedDateTimeISO(zone).toPlainDate()
  return Temporal.PlainDate.compare(on, effectiveOn) > 0 ? 'late' : undefined
}

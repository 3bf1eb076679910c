import type { Log } from '../kernel/log.ts'
import type { Ask, HomeItem } from './handler.ts'
import type { NamedAnswers } from './registry.ts'

/**
 * A person's next things over all programmes, in order of time; those without a date come last. A programme that
 * fails does not take the others with it: `incomplete` says that something is missing.
 */
export async function gatherHome(
  features: readonly NamedAnswers[],
  ask: Ask,
  log: Log,
): Promise<{ items: readonly HomeItem[]; incomplete: boolean }> {
  const items: HomeItem[] = []
  let incomplete = false
  for (const feature of features) {
    if (ask.actor.guest && !feature.guests) continue
    try {
      items.push(...((await feature.home?.(ask)) ?? []))
    } catch (err) {
      incomplete = true
      log.error({ flow: ask.flow, feature: feature.name, err }, 'home items could not be read')
    }
  }
  return { items: items.toSorted(byTime), incomplete }
}

function byTime(a: HomeItem, b: HomeItem): number {
  if (a.at === null || b.at === null) return Number(a.at === null) - Number(b.at === null)
  return Temporal.Instant.compare(a.at, b.at)
}

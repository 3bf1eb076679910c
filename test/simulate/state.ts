// The city as its rows say it, programme by programme, for two runs to be compared.
import type { SimulatedFeature } from './features/feature.ts'
import type { World } from './world.ts'

/** Everything but what is told and when, which is compared apart. */
export async function stateOf(world: World, features: readonly SimulatedFeature[]): Promise<string[]> {
  const lines: string[] = []
  for (const question of features.flatMap((feature) => feature.state ?? []))
    for (const { line } of await world.ask<{ line: string }>(`SELECT line FROM (${question}) AS q(line)`))
      lines.push(line)
  return lines.sort()
}

/** Every notice by what it is about (person, step, hour) with its fate. */
export async function noticesOf(
  world: World,
  features: readonly SimulatedFeature[],
): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>()
  for (const { notices } of features)
    if (notices)
      for (const { name, status } of await world.ask<{ name: string; status: string }>(notices))
        found.set(name, status === 'sent' ? 'sent' : (found.get(name) ?? status))
  return found
}

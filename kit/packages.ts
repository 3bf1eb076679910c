// What of node_modules a running city needs, by package-lock.json: dependencies of dependencies, without what only builds.
import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { z } from 'zod'

const record = z.record(z.string(), z.string()).default({})
const lockSchema = z.object({
  packages: z.record(
    z.string(),
    z.object({
      version: z.string().optional(),
      license: z.string().optional(),
      dependencies: record,
      optionalDependencies: record,
      peerDependencies: record,
      peerDependenciesMeta: z.record(z.string(), z.object({ optional: z.boolean().optional() })).default({}),
    }),
  ),
})

export interface Package {
  /** "node_modules/express/node_modules/qs" */
  readonly at: string
  readonly name: string
  readonly version: string
  /** As its author declares it, in SPDX terms. */
  readonly licence: string
}

/**
 * Only used while installing: the command line of Prisma writes the client, which the bundle holds; `node` is the
 * runtime itself, which the bundle holds by itself.
 */
const builders = new Set(['prisma', 'node'])

/** Production packages as they lie in `root`, by name; packages of other platforms are not there and not named. */
export function productionPackages(root: string): readonly Package[] {
  const { packages } = lockSchema.parse(
    JSON.parse(readFileSync(path.join(root, 'package-lock.json'), 'utf8')),
  )
  /** As Node looks for it: beside the one that asks, then further out. */
  const resolve = (from: string, name: string): string | undefined => {
    for (let at = from; ; at = at.slice(0, Math.max(0, at.lastIndexOf('node_modules/') - 1))) {
      const found = [at, 'node_modules', name].filter((part) => part !== '').join('/')
      if (packages[found]) return found
      if (at === '') return undefined
    }
  }
  const found = new Set<string>()
  const wanted = [...Object.keys(packages['']?.dependencies ?? {})]
    .filter((name) => !builders.has(name))
    .map((name) => ({ from: '', name, needed: true }))
  for (let next = wanted.pop(); next; next = wanted.pop()) {
    const at = resolve(next.from, next.name)
    if (!at || !existsSync(path.join(root, at))) {
      if (next.needed) throw new Error(`${next.name} is not installed: run npm ci first`)
      continue
    }
    if (found.has(at)) continue
    found.add(at)
    const entry = packages[at]
    if (!entry) continue
    for (const name of Object.keys(entry.dependencies)) wanted.push({ from: at, name, needed: true })
    for (const name of Object.keys(entry.optionalDependencies)) wanted.push({ from: at, name, needed: false })
    for (const name of Object.keys(entry.peerDependencies))
      if (!entry.peerDependenciesMeta[name]?.optional) wanted.push({ from: at, name, needed: false })
  }
  return [...found].toSorted().map((at) => ({
    at,
    name: at.slice(at.lastIndexOf('node_modules/') + 'node_modules/'.length),
    version: packages[at]?.version ?? '',
    licence: packages[at]?.license ?? '',
  }))
}

// The app package for Teams: the manifest with this city's ids filled in, both languages and both icons.
import { readFileSync } from 'node:fs'
import path from 'node:path'
import type { Entry } from './zip.ts'

const folder = path.join(import.meta.dirname, 'teams')
const read = (name: string): Buffer => readFileSync(path.join(folder, name))

export interface Filled {
  readonly clientId: string
  /** The city's own pages, https. */
  readonly site: string
  readonly privacy: string
  readonly terms: string
  /** The app may be put with people through Microsoft Graph: the package names its registration. */
  readonly installs?: boolean
}

interface Manifest {
  $schema: string
  manifestVersion: string
  version: string
  webApplicationInfo?: { readonly id: string; readonly resource: string }
  bots: { supportsTargetedMessages?: boolean; commandLists: { triggers?: string[] }[] }[]
}

/** 1.29: with slash commands. 1.28: without what came after it, for tenants that do not take the newer one yet. */
export type Version = '1.29' | '1.28'

const withVersion = (text: string, version: Version) => text.replace('/teams/v1.29/', `/teams/v${version}/`)

/** The manifest as an object, for one schema's version. */
function fill({ clientId, site, privacy, terms, installs }: Filled, version: Version): Manifest {
  const text = read('manifest.json')
    .toString('utf8')
    .replaceAll('{{TEAMS_CLIENT_ID}}', clientId)
    .replaceAll('{{SITE}}', site)
    .replaceAll('{{PRIVACY}}', privacy)
    .replaceAll('{{TERMS}}', terms)
  const manifest = JSON.parse(withVersion(text, version)) as Manifest
  if (installs) {
    // Source: learn.microsoft.com, "Send proactive installation messages", Permissions. A package that follows one
    // without it needs a higher number, or Teams takes it for the same.
    manifest.webApplicationInfo = { id: clientId, resource: `api://botid-${clientId}` }
    manifest.version = manifest.version.replace(/\d+$/, (patch) => String(Number(patch) + 1))
  }
  if (version === '1.29') return manifest
  manifest.manifestVersion = version
  for (const bot of manifest.bots) {
    delete bot.supportsTargetedMessages
    for (const list of bot.commandLists) delete list.triggers
  }
  return manifest
}

const json = (value: unknown): Buffer => Buffer.from(`${JSON.stringify(value, null, 2)}\n`)

/** What the package holds, in its order. */
export function teamsPackage(filled: Filled, version: Version): Entry[] {
  const language = (name: string) => ({
    name,
    bytes: Buffer.from(withVersion(read(name).toString('utf8'), version)),
  })
  return [
    { name: 'manifest.json', bytes: json(fill(filled, version)) },
    language('ja.json'),
    language('en.json'),
    { name: 'color.png', bytes: read('color.png') },
    { name: 'outline.png', bytes: read('outline.png') },
  ]
}

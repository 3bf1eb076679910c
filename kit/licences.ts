// npm run licences: writes THIRD-PARTY-NOTICES.txt, the licences of everything that goes out with the program. The bundle
// writes it anew.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { type Package, productionPackages } from './packages.ts'

export const noticesFile = 'THIRD-PARTY-NOTICES.txt'

const isText = /^(licen[cs]e|notice|copying)/i

/** The words of its licence as the package carries them; none where it names its licence alone. */
function textsOf(root: string, { at }: Package): readonly string[] {
  const folder = path.join(root, at)
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isFile() && isText.test(entry.name))
    .map(({ name }) => name)
    .toSorted()
    .map((name) => readFileSync(path.join(folder, name), 'utf8').replaceAll('\r\n', '\n').trim())
}

const rule = '='.repeat(78)
export const headingOf = ({ name, version, licence }: Package) =>
  `${name} ${version} — ${licence || 'see below'}`

/** Some ask that whoever gets the program can have their source: it goes out as its author made it. */
function sourceOf(root: string, { at, licence }: Package): string {
  if (!licence.startsWith('MPL')) return ''
  const { repository } = JSON.parse(readFileSync(path.join(root, at, 'package.json'), 'utf8')) as {
    repository?: { url?: string } | string
  }
  const url = typeof repository === 'string' ? repository : repository?.url
  return `Unchanged. Source code: ${url ?? 'see'} , and ${at} of the bundle.\n\n`
}

/** Packages with the very same words are named together above them. */
export function notices(root: string): string {
  const packages = productionPackages(root)
  const byText = new Map<string, string[]>()
  for (const each of packages) {
    const text =
      sourceOf(root, each) + textsOf(root, each).join('\n\n') ||
      `(The package carries no text of its own; its author declares: ${each.licence}.)`
    const named = byText.get(text) ?? []
    if (!named.includes(headingOf(each))) named.push(headingOf(each))
    byText.set(text, named)
  }
  return [
    'はぐくみに含まれる、ほかの方が作ったソフトウェアとそのライセンスの一覧です。',
    'Software by others that is part of Hagukumi, and its licences. Written by: npm run licences',
    '',
    'Node.js (the runtime of the offline bundle) — MIT and others: runtime/LICENSE or https://github.com/nodejs/node/blob/main/LICENSE',
    '',
    ...[...byText].flatMap(([text, named]) => [rule, ...named, rule, '', text, '']),
  ].join('\n')
}

if (import.meta.main) {
  const root = path.resolve(import.meta.dirname, '..')
  writeFileSync(path.join(root, noticesFile), notices(root))
  process.stdout.write(`${noticesFile}: ${productionPackages(root).length} packages\n`)
}

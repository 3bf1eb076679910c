// What goes out to a city: that the bundle lacks nothing, that everybody's licence is named, and that the papers for the
// IT officer speak of commands, settings and files that there are.
import { existsSync, globSync, readFileSync } from 'node:fs'
import { builtinModules } from 'node:module'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { headingOf, noticesFile } from '../kit/licences.ts'
import { productionPackages } from '../kit/packages.ts'
import { commands } from '../src/cli/commands.ts'
import { variables } from '../src/config.ts'

const packages = productionPackages('.')

describe('the bundle', () => {
  test('holds every package that the program names', () => {
    const held = new Set(packages.map(({ name }) => name))
    const lacking = new Set<string>()
    for (const file of [...globSync('src/**/*.{ts,cjs}'), ...globSync('manifests/*.ts')]) {
      if (file.endsWith('.test.ts')) continue
      for (const [, named = ''] of readFileSync(file, 'utf8').matchAll(
        /(?:^import [^'"]*?|^export [^'"]*? from |^} from |import\(|require\(|require\.resolve\()['"]([^.'"][^'"]*)['"]/gm,
      )) {
        const name = named
          .split('/')
          .slice(0, named.startsWith('@') ? 2 : 1)
          .join('/')
        if (!named.startsWith('node:') && !builtinModules.includes(name) && !held.has(name)) lacking.add(name)
      }
    }
    expect([...lacking]).toEqual([])
  })

  test('names the licence of everything in it (write it anew with npm run licences)', () => {
    const text = readFileSync(noticesFile, 'utf8')
    expect(packages.map(headingOf).filter((heading) => !text.includes(`${heading}\n`))).toEqual([])
    const named = [...text.matchAll(/^\S+ \S+ — /gm)].length
    expect(named).toBe(new Set(packages.map(headingOf)).size)
  })

  test('holds nothing under a licence that asks more than to be named', () => {
    const free =
      /^\(?(MIT|ISC|BSD-[23]-Clause|0BSD|Apache-2\.0|BlueOak-1\.0\.0|Python-2\.0|Unlicense|CC0-1\.0)\b/
    // limiter declares none in its package.json; its own LICENSE.txt says MIT. ical.js (MPL-2.0) goes out as it is, and
    // the notices say where its source is.
    const asking = packages.filter(
      ({ name, licence }) => !['limiter', 'ical.js'].includes(name) && !free.test(licence),
    )
    expect(asking.map(headingOf)).toEqual([])
  })
})

describe('the papers for the IT officer', () => {
  const papers = [...globSync('docs/it/*.md'), ...globSync('kit/service/*')].map((file) => ({
    file,
    text: readFileSync(file, 'utf8'),
  }))

  test('speak of commands and options that there are', () => {
    const known = new Map(commands.map((command) => [command.name, command.options ?? {}]))
    const wrong = papers.flatMap(({ file, text }) =>
      [...text.matchAll(/(?:current\/|\.\/|\s)hagukumi(?:\.cmd)? ([a-z][a-z-]*)([^\n`）)]*)/g)].flatMap(
        ([, name = '', rest = '']) => {
          if (name === 'start' || name.startsWith('hagukumi')) return []
          const options = known.get(name)
          const strange = [...rest.matchAll(/ --([a-z-]+)/g)].filter(
            ([, option = '']) => !(option in (options ?? {})),
          )
          return options && strange.length === 0 ? [] : [`${file}: ${name}${rest}`]
        },
      ),
    )
    expect(wrong).toEqual([])
  })

  test('speak of settings and files that there are', () => {
    const wrong = papers.flatMap(({ file, text }) => [
      ...[...text.matchAll(/\b(HAGUKUMI_[A-Z]+|SLACK_[A-Z_]+|TEAMS_[A-Z_]+|DATABASE_URL|PUBLIC_URL)\b/g)]
        .filter(([, name = '']) => !(name in variables) && name !== 'HAGUKUMI_HOME')
        .map(([, name]) => `${file}: ${name}`),
      ...[...text.matchAll(/\]\(([^)#:]+)(?:#[^)]*)?\)/g)]
        .filter(([, to = '']) => !existsSync(path.join(path.dirname(file), to)))
        .map(([, to]) => `${file}: ${to}`),
    ])
    expect(wrong).toEqual([])
  })
})

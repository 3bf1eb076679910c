// Supervisors and evaluators of a list: from what is written in a cell to a colleague's number, and what cannot be so.
import type { ListedPerson } from '../../directory/change/listed.ts'
import type { RouteRole } from '../../directory/organisation.ts'
import { codeOf } from '../../tables/cells.ts'
import { type Problem, type ProblemCode, problem } from './problem.ts'
import { type Gathered, type Row, routeColumns } from './row.ts'

export interface KnownPeople {
  /** Numbers of those in the directory who have not left. */
  readonly numbers: ReadonlySet<string>
}

const tight = (name: string): string => name.replace(/\s/g, '')

type Found = { number: string; note?: ProblemCode } | { refused: ProblemCode }

/** People by number, by number without leading zeros, and by name. */
function lookUp(people: readonly Gathered[], known: KnownPeople): (written: string, code: string) => Found {
  const numbers = new Set(people.map(({ person }) => person.number))
  const byName = new Map<string, string[]>()
  const byForm = new Map<string, string[]>()
  const add = (map: Map<string, string[]>, key: string, number: string) => {
    map.set(key, [...(map.get(key) ?? []), number])
  }
  for (const { person } of people) {
    add(byName, tight(person.name), person.number)
    add(byForm, person.number.replace(/^0+/, ''), person.number)
  }
  return (written, code) => {
    const token = codeOf(written.split(/[\s　:：(（]/)[0] ?? '')
    for (const number of [code, token]) {
      if (numbers.has(number)) return { number }
      if (known.numbers.has(number)) return { number, note: 'person-outside' }
    }
    const [one, two] = byName.get(tight(written)) ?? []
    if (one !== undefined)
      return two === undefined ? { number: one, note: 'person-by-name' } : { refused: 'person-ambiguous' }
    const [form, another] = byForm.get(code.replace(/^0+/, '')) ?? []
    if (form !== undefined && another === undefined && /^\d+$/.test(code))
      return { number: form, note: 'person-by-form' }
    return { refused: 'person-unknown' }
  }
}

/** The people with their routes; adds what is wrong with them to `problems`. */
export function evaluatorsOf(
  people: readonly Gathered[],
  known: KnownPeople,
  problems: Problem[],
): readonly ListedPerson[] {
  const find = lookUp(people, known)
  const noted = new Set<string>()
  const route = (source: Row, role: RouteRole, own: string): string | null => {
    const written = source.text(role)
    const code = codeOf(source.cell(role))
    if (/^[-‐－ー―なし無]*$/.test(written)) return null
    const found = find(written, code)
    if ('refused' in found) {
      problems.push(problem(found.refused, source.spot(role)))
      return null
    }
    if (found.number === own) {
      // Whoever stands at the top is often their own supervisor in the personnel system.
      problems.push(
        role === 'supervisor'
          ? problem('line-loop', source.spot(role), `${own} → ${own}`)
          : problem('evaluator-self', source.spot(role)),
      )
      return null
    }
    if (found.note && !noted.has(`${found.note}:${written}`)) {
      noted.add(`${found.note}:${written}`)
      problems.push(problem(found.note, source.spot(role), found.number))
    }
    return found.number
  }
  const made = people.map(({ person, source }): ListedPerson => {
    const routes: Partial<Record<RouteRole, string | null>> = {}
    for (const role of routeColumns) if (source.has(role)) routes[role] = route(source, role, person.number)
    return { ...person, routes }
  })
  const sources = new Map(people.map(({ person, source }) => [person.number, source]))
  problems.push(...lineLoops(made, sources))
  return made
}

/** Each loop of the reporting line once, at its first row, with the way round named. */
function lineLoops(people: readonly ListedPerson[], sources: ReadonlyMap<string, Row>): readonly Problem[] {
  const byNumber = new Map(people.map((person) => [person.number, person]))
  const above = (number: string) => byNumber.get(number)?.routes.supervisor ?? undefined
  const done = new Set<string>()
  const problems: Problem[] = []
  for (const { number: start } of people) {
    const way: string[] = []
    const on = new Set<string>()
    let at: string | undefined = start
    while (at !== undefined && !done.has(at) && !on.has(at)) {
      way.push(at)
      on.add(at)
      at = above(at)
    }
    if (at !== undefined && on.has(at)) {
      const loop = way.slice(way.indexOf(at))
      const head = loop.toSorted((a, b) => (byNumber.get(a)?.row ?? 0) - (byNumber.get(b)?.row ?? 0))[0] ?? at
      const from = loop.indexOf(head)
      const round = [...loop.slice(from), ...loop.slice(0, from), head]
      const named = round.map((number) => `${number} ${byNumber.get(number)?.name ?? ''}`.trim())
      const shown = named.length > 12 ? [...named.slice(0, 6), '…', ...named.slice(-5)] : named
      const source = sources.get(head)
      problems.push(problem('line-loop', source?.spot('supervisor') ?? {}, shown.join(' → ')))
    }
    for (const number of way) done.add(number)
  }
  return problems
}

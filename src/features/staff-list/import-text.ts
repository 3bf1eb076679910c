// An import's result as lines of plain text, for the command line.
import type { Language } from '../../kernel/language.ts'
import type { ImportResult } from './import.ts'
import { textsOf } from './texts.ts'

/** Longer lists end with a count; the JSON form has everything. */
const most = 40

export function importText(result: ImportResult, language: Language): string {
  if (!result.usable) return result.text[language]
  const t = textsOf(language)
  const lines: string[] = [
    t.cli.read(result.rows, t.encoding[result.kind] ?? result.kind),
    t.cli.effective(result.effectiveOn),
    t.cli.counts(result.counts),
  ]
  const listed = (heading: string, all: readonly string[]) => {
    if (all.length === 0) return
    lines.push('', heading, ...all.slice(0, most).map((line) => `  ${line}`))
    if (all.length > most) lines.push(`  ${t.more(all.length - most)}`)
  }
  listed(
    t.cli.changes,
    result.changes
      .filter((change) => change.kind !== 'new')
      .map(
        (change) =>
          `${change.number} ${change.name}: ${t.kind[change.kind]} ${change.fields
            .map(({ field, from, to }) => `${t.field[field]} ${from ?? '-'} → ${to ?? '-'}`)
            .join(language === 'ja' ? '、' : ', ')}`,
      ),
  )
  listed(
    t.cli.missing,
    result.missing.map(({ number, name }) => `${number} ${name}`),
  )
  const shown = result.problems.filter((problem) => problem.code !== 'email-missing')
  listed(
    t.cli.problems,
    shown.map((problem) => `${t.severity[problem.severity]} ${t.problem(problem)} ${problem.text[language]}`),
  )
  const missing = result.problems.length - shown.length
  if (missing > 0) lines.push('', t.cli.withoutEmail(missing))
  lines.push('', ending(result, t.cli))
  return lines.join('\n')
}

type Usable = ImportResult & { readonly usable: true }

/** What has become of it, and what to do next. */
function ending(result: Usable, t: ReturnType<typeof textsOf>['cli']): string {
  if (result.applied) return t.applied
  if (result.counts.errors > 0) return t.blocked
  return result.changes.length + result.sections.length === 0 ? t.same : t.notApplied
}

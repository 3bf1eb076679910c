// From the words on the command line to a command and back: parsing, help, and the edge where everything that goes
// wrong becomes a line that says what to do.
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { ConfigError } from '../config.ts'
import { BackupProblem, DatabaseProblem } from '../db/errors.ts'
import { Refusal } from '../kernel/errors.ts'
import { describeError } from '../kernel/log.ts'
import { SecretError } from '../kernel/secret.ts'
import type { Command, ExitCode, Place } from './command.ts'
import { commands as allCommands } from './commands.ts'

/** A call as it travels to a running bot: words, and the bytes of the file it reads. */
export interface Request {
  /** The command and its arguments, paths absolute. */
  readonly argv: readonly string[]
  readonly bytes?: Uint8Array
}

export interface Result {
  readonly code: ExitCode
  readonly out: readonly string[]
  readonly err: readonly string[]
  readonly bytes?: Uint8Array
}

export type Prepared =
  | { readonly type: 'answered'; readonly result: Result }
  | { readonly type: 'ready'; readonly command: Command; readonly request: Request }

/** The command line was not understood. */
class UsageError extends Error {
  readonly command: Command | undefined

  constructor(ja: string, en: string, command?: Command) {
    super(`${ja}\n${en}`)
    this.command = command
  }
}

const call = 'npm run -s hagukumi --'

function usage(commands: readonly Command[]): string[] {
  return [
    `使い方 / Usage: ${call} <command>`,
    '',
    ...commands.flatMap(({ name, usage, about }) => [
      `  ${`${name} ${usage}`.trim()}`,
      `      ${about.ja}`,
      `      ${about.en}`,
    ]),
    '',
    '終了コード / Exit codes: 0 問題なし done · 1 問題あり problems found · 2 実行できない not usable',
  ]
}

const usageOf = ({ name, usage, about }: Command): string[] => [
  `使い方 / Usage: ${call} ${`${name} ${usage}`.trim()}`,
  `  ${about.ja}`,
  `  ${about.en}`,
]

interface Parsed {
  readonly command: Command
  readonly positionals: ReadonlyMap<string, string>
  readonly values: Readonly<Record<string, string | boolean | undefined>>
  readonly help: boolean
}

/** Throws UsageError. */
function parse(argv: readonly string[], commands: readonly Command[]): Parsed {
  const [name = '', ...rest] = argv
  const command = commands.find((one) => one.name === name)
  if (!command)
    throw new UsageError(`「${name}」というコマンドはありません。`, `There is no command "${name}".`)
  const options = Object.fromEntries(
    Object.entries(command.options ?? {}).map(([option, kind]) => [
      option,
      { type: kind === 'text' ? ('string' as const) : ('boolean' as const) },
    ]),
  )
  let read: { values: Record<string, unknown>; positionals: string[] }
  try {
    read = parseArgs({
      args: [...rest],
      options: { ...options, help: { type: 'boolean', short: 'h' } },
      allowPositionals: true,
      strict: true,
    })
  } catch (error) {
    throw new UsageError('オプションを確認してください。', (error as Error).message, command)
  }
  const values = read.values as Record<string, string | boolean | undefined>
  const help = values.help === true
  if (!help && read.positionals.length !== command.positionals.length)
    throw new UsageError(
      `${command.name} には ${command.positionals.join(' と ') || '引数なし'} が必要です。`,
      `${command.name} takes ${command.positionals.join(' and ') || 'no arguments'}.`,
      command,
    )
  const positionals = new Map(
    command.positionals.map((positional, index) => [positional, read.positionals[index] ?? '']),
  )
  return { command, positionals, values, help }
}

const answer = (code: ExitCode, out: readonly string[], err: readonly string[] = []): Prepared => ({
  type: 'answered',
  result: { code, out, err },
})

/**
 * What can be done where the command was typed: help, complaints about the words, paths made absolute against
 * `folder`, and the file read.
 */
export async function prepare(
  argv: readonly string[],
  folder: string,
  commands: readonly Command[] = allCommands,
): Promise<Prepared> {
  const [first] = argv
  if (first === undefined) return answer(2, [], usage(commands))
  if (first === '--help' || first === '-h' || first === 'help') return answer(0, usage(commands))
  try {
    const { command, positionals, values, help } = parse(argv, commands)
    if (help) return answer(0, usageOf(command))
    const paths = new Set([...(command.paths ?? []), ...(command.reads ? [command.reads] : [])])
    const absolute = command.positionals.map((name) => {
      const value = positionals.get(name) ?? ''
      return paths.has(name) ? path.resolve(folder, value) : value
    })
    const given = Object.entries(values).flatMap(([name, value]) => {
      if (value === true) return [`--${name}`]
      if (typeof value !== 'string') return []
      return [`--${name}=${paths.has(`--${name}`) ? path.resolve(folder, value) : value}`]
    })
    const request = { argv: [command.name, ...given, '--', ...absolute] }
    if (!command.reads) return { type: 'ready', command, request }
    const file = absolute[command.positionals.indexOf(command.reads)] ?? ''
    return { type: 'ready', command, request: { ...request, bytes: await readFile(file) } }
  } catch (error) {
    if (error instanceof UsageError)
      return answer(2, [], [error.message, '', ...(error.command ? usageOf(error.command) : usage(commands))])
    return answer(2, [], [unreadable(error)])
  }
}

function unreadable(error: unknown): string {
  const { code = '', path: file = '' } = error as NodeJS.ErrnoException
  return `ファイル ${file} を読めません（${code}）。場所と読み取りの権限を確認してください。\nThe file ${file} cannot be read (${code}). Check where it is and that it may be read.`
}

/** Runs a prepared call here, in this process. Never rejects. */
export async function runCommand(
  request: Request,
  place: Place,
  commands: readonly Command[] = allCommands,
): Promise<Result> {
  const out: string[] = []
  const err: string[] = []
  let given: Uint8Array | undefined
  try {
    const { command, positionals, values, help } = parse(request.argv, commands)
    if (help) return { code: 0, out: usageOf(command), err: [] }
    const code = await command.run({
      place,
      argument: (name) => positionals.get(name) ?? '',
      option: (name) => {
        const value = values[name]
        return typeof value === 'string' ? value : undefined
      },
      flag: (name) => values[name] === true,
      bytes: () => request.bytes ?? new Uint8Array(),
      say: (line) => out.push(line),
      give: (bytes) => {
        given = bytes
      },
      complain: (line) => err.push(line),
    })
    return { code, out, err, ...(given && { bytes: given }) }
  } catch (error) {
    return {
      code: error instanceof BackupProblem || error instanceof Refusal ? 1 : 2,
      out,
      err: [...err, explain(error)],
    }
  }
}

/** Plain words for what was thrown; of the unexpected only its kind and place, for it may quote data. */
export function explain(error: unknown): string {
  if (error instanceof Refusal) return `${error.text.ja}\n${error.text.en}`
  const told = [ConfigError, SecretError, DatabaseProblem, UsageError]
  if (told.some((kind) => error instanceof kind)) return (error as Error).message
  return `予期しない問題が起きました。次の行を添えてお知らせください。\nSomething unexpected happened. Please report the next line.\n${JSON.stringify(describeError(error))}`
}

// What a command of the command line is. One that needs the database runs beside a running bot inside that bot's
// process, so it never touches the terminal, the folder it was called from, or process.exit: it is given what it
// reads and gives back lines and an exit code.
import type { City } from '../compose.ts'
import type { Config } from '../config.ts'
import type { Bilingual } from '../kernel/language.ts'

/** 0 done, clean · 1 done as far as possible, problems found · 2 not usable as it was called. */
export type ExitCode = 0 | 1 | 2

/** What commands run in: the process of the command line, or a running bot. */
export interface Place {
  readonly config: Config
  /** The city, opened when first asked for. Throws DatabaseProblem. */
  open(): Promise<City>
  now(): Temporal.Instant
}

export interface Called {
  readonly place: Place
  /** A positional argument by its name in `positionals`; a path is absolute. */
  argument(name: string): string
  /** The value of an option; undefined when it was not given. */
  option(name: string): string | undefined
  flag(name: string): boolean
  /** The bytes of the file that the argument in `reads` names. */
  bytes(): Uint8Array
  /** A line on standard output. */
  say(line: string): void
  /** Bytes for standard output, instead of lines; only of commands that run where they are typed. */
  give(bytes: Uint8Array): void
  /** A line on standard error. */
  complain(line: string): void
}

export interface Command {
  readonly name: string
  /** After the name: "FILE [--force]". */
  readonly usage: string
  readonly about: Bilingual
  /** All are needed, in this order. */
  readonly positionals: readonly string[]
  readonly options?: Readonly<Record<string, 'text' | 'flag'>>
  /** The positional that names a file to read: its bytes travel with the call. */
  readonly reads?: string
  /** Positionals and options ("--export") that are paths, made absolute before the call travels. */
  readonly paths?: readonly string[]
  /** Beside a running bot: run by it, refused, or run here because no database is touched. */
  readonly beside: 'forward' | 'refuse' | 'here'
  run(called: Called): Promise<ExitCode>
}

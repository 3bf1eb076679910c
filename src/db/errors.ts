// Errors of the database room, typed by what the reader can do about them. None carries a password, a row or a
// value: PostgreSQL's `detail` quotes names and e-mail addresses, so it is dropped here and never handed on.

/**
 * in-use: another process has the folder · folder: it cannot be used · unreachable: no answer from the server ·
 * refused: wrong name, password or database · too-old: server before PostgreSQL 15 · extension: btree_gist cannot be
 * had · rights: may not create tables · server: unsuitable in another way · migration · backup
 */
export type DatabaseProblemCode =
  | 'in-use'
  | 'folder'
  | 'unreachable'
  | 'refused'
  | 'too-old'
  | 'extension'
  | 'rights'
  | 'server'
  | 'migration'
  | 'backup'

type Words = { ja: string; en: string; cause?: unknown }

/** The database cannot be used as it is; `ja` and `en` say what happened and what to do. */
export class DatabaseProblem extends Error {
  override readonly name: string = 'DatabaseProblem'
  readonly code: DatabaseProblemCode
  readonly ja: string
  readonly en: string

  constructor(code: DatabaseProblemCode, words: Words) {
    super(`${words.ja}\n${words.en}`, words.cause === undefined ? undefined : { cause: words.cause })
    this.code = code
    this.ja = words.ja
    this.en = words.en
  }
}

/** Another process (or another part of this one) owns the data folder. */
export class DatabaseInUse extends DatabaseProblem {
  override readonly name = 'DatabaseInUse'

  constructor(dir: string) {
    super('in-use', {
      ja:
        `データフォルダー ${dir} は、動作中の別のはぐくみが使用しています。` +
        'そちらを終了してから、もう一度起動してください。同時に動かす場合は、PostgreSQL を用意し DATABASE_URL を設定してください。',
      en:
        `The data folder ${dir} is in use by another running Hagukumi. ` +
        'Stop that one first, then start again. To run several at once, set DATABASE_URL to a PostgreSQL server.',
    })
  }
}

/** A backup file or its target is not as it must be; nothing was changed. */
export class BackupProblem extends DatabaseProblem {
  override readonly name = 'BackupProblem'

  constructor(words: Words) {
    super('backup', words)
  }
}

/** overlap: EXCLUDE · unique · check · reference: foreign key · missing: NOT NULL */
export type ConstraintKind = 'overlap' | 'unique' | 'check' | 'reference' | 'missing'

/** The database refused a row; the transaction is undone. `constraint` is the rule's name, '' where unknown. */
export class ConstraintError extends Error {
  override readonly name: string = 'ConstraintError'
  readonly kind: ConstraintKind
  readonly constraint: string

  constructor(kind: ConstraintKind, constraint: string) {
    super(`The database refused a row: ${kind} ${constraint}`.trimEnd())
    this.kind = kind
    this.constraint = constraint
  }
}

/** Two rows would overlap in time (EXCLUDE, SQLSTATE 23P01). Try again with another time. */
export class OverlapError extends ConstraintError {
  override readonly name = 'OverlapError'

  constructor(constraint: string) {
    super('overlap', constraint)
  }
}

/** The row exists already (P2002, SQLSTATE 23505). */
export class UniqueError extends ConstraintError {
  override readonly name = 'UniqueError'

  constructor(constraint: string) {
    super('unique', constraint)
  }
}

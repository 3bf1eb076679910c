import type { Language } from '../kernel/language.ts'

/** A right that is given by name; being somebody's supervisor is not one: it follows from the routes. */
export type Role = 'admin' | 'hr' | 'training' | 'clerk'

export interface Grant {
  readonly role: Role
  /** The part of the section tree it is for, its root; null: the whole city. */
  readonly sectionId: number | null
  /** Of a training officer: only posts whose title holds this word (看護師); absent: all. */
  readonly occupation?: string | undefined
}

export interface PersonRef {
  readonly id: number
  readonly number: string
  /** "山田 花子" */
  readonly name: string
}

/** The person who acts, as far as every handler needs to know them. */
export interface Actor extends PersonRef {
  readonly language: Language
  /** Those in force today. */
  readonly grants: readonly Grant[]
  /** 内定者: nothing is theirs but what says that it is for guests too. */
  readonly guest?: true | undefined
}

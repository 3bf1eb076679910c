// What a staff list says, understood: plain data (it waits in staff_import as JSON). Days are ISO strings, so that
// they compare as they stand. Words used here: listed (as the list has it), standing (as the directory has it).
import type { RouteRole } from '../organisation.ts'

export interface ListedPost {
  readonly sectionCode: string
  /** null: the list has no such column; what is known stays. */
  readonly title: string | null
  /** null: no grade. Absent: the list has no such column. */
  readonly rank?: number | null
  readonly main: boolean
  /** 事務取扱 */
  readonly acting: boolean
}

export interface ListedPerson {
  /** Where in the file; the first row of a person with several. */
  readonly row: number
  readonly number: string
  readonly name: string
  /** null in the following: the list does not say, and what is known stays. */
  readonly kana: string | null
  readonly email: string | null
  readonly kind: { readonly code: string; readonly name: string } | null
  readonly hiredOn: string | null
  /** The main post first. */
  readonly posts: readonly ListedPost[]
  /** By number. A role whose column the list has but leaves empty is null; one without a column is absent. */
  readonly routes: Readonly<Partial<Record<RouteRole, string | null>>>
}

export interface ListedSection {
  readonly code: string
  /** null: the list gives none. */
  readonly name: string | null
  /** null: at the top. Absent: the list does not say; what is known stays. */
  readonly parentCode?: string | null
}

export interface StaffList {
  readonly people: readonly ListedPerson[]
  readonly sections: readonly ListedSection[]
}

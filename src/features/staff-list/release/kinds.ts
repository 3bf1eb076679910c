/** What is told of a release. */
export const kinds = {
  /** To whoever's post changes, and to whom people come or whom they leave. */
  released: 'staff-list.released',
  /** To the officers. */
  done: 'staff-list.release-done',
  held: 'staff-list.release-held',
} as const

export const subjectOf = (id: number): string => `staff-import:${id}`

/** The list that a notice is about. */
export const importOf = (subject: string): number => Number(subject.split(':')[1])

/** A message names so many who come or leave. */
export const mostNamed = 30

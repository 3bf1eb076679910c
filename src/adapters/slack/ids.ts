// Ids inside one message or view: unique, short, without meaning.

export interface Ids {
  block(): string
  action(): string
}

export function makeIds(): Ids {
  let last = 0
  const next = (kind: string) => `${kind}${++last}`
  return { block: () => next('b'), action: () => next('a') }
}

// What can go wrong between us and Slack, chosen by the test.

export type Fault =
  /** The connection breaks; `done` says whether Slack had done it by then. */
  | { readonly type: 'reset'; readonly done: boolean }
  /** No answer comes, until the caller gives up or the stand-in stops. */
  | { readonly type: 'stall'; readonly done: boolean }
  /** A status of Slack's front, with a body that is no JSON. */
  | { readonly type: 'status'; readonly status: number; readonly done: boolean }
  /** 429, whatever the pace was. */
  | { readonly type: 'rate-limited'; readonly seconds: number }
  /** `{ok: false, error}`. */
  | { readonly type: 'error'; readonly error: string }
  /** All goes well; `run` is called once the answer has left: the place to kill the client. */
  | { readonly type: 'ok-then'; readonly run: () => void }

/** One call that arrived, whatever became of it. */
export interface Call {
  /** The Web API's name, or one of `upload`, `download`, `response_url`. */
  readonly method: string
  readonly args: Readonly<Record<string, unknown>>
  readonly at: Temporal.Instant
}

export interface Faults {
  /** For the next calls of a method (`*` for any), one each, in this order. */
  next(method: string, ...faults: readonly Fault[]): void
  /** Asked for each call that has none of its own; one decision at a time. */
  each(decide: ((call: Call) => Fault | undefined) | undefined): void
  clear(): void
}

export function makeFaults(): Faults & { take(call: Call): Fault | undefined } {
  const waiting = new Map<string, Fault[]>()
  let decide: ((call: Call) => Fault | undefined) | undefined
  return {
    next: (method, ...faults) => {
      waiting.set(method, [...(waiting.get(method) ?? []), ...faults])
    },
    each: (decider) => {
      decide = decider
    },
    clear: () => {
      waiting.clear()
      decide = undefined
    },
    take: (call) => waiting.get(call.method)?.shift() ?? waiting.get('*')?.shift() ?? decide?.(call),
  }
}

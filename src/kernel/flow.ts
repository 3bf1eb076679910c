// One id runs through everything that one instruction causes: inbox, log lines, audit, and the notices it plans.
import { AsyncLocalStorage } from 'node:async_hooks'

const storage = new AsyncLocalStorage<string>()

/** Runs `work` so that every log line it writes carries the flow's id. */
export const inFlow = <Result>(flow: string, work: () => Result): Result => storage.run(flow, work)

/** The id of the flow that is running; undefined outside of one. */
export const currentFlow = (): string | undefined => storage.getStore()

/** What a person can read out on the telephone, and what finds the log lines again. */
export const reference = (flow: string): string => flow.slice(0, 8)

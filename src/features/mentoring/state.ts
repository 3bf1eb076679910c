// A programme and its pairs as views show them.

export interface ProgrammeState {
  readonly id: number
  readonly version: number
  readonly name: string
  readonly status: string
  readonly startsOn: Temporal.PlainDate
  readonly endsOn: Temporal.PlainDate
  readonly signUpUntil: Temporal.PlainDate | null
  readonly kind: string
  readonly cadence: string
  readonly capacity: number
}

export interface PairState {
  readonly id: number
  readonly programmeId: number
  readonly menteeId: number
  readonly mentorId: number
  readonly status: string
  readonly version: number
  readonly source: string
  readonly locked: boolean
  readonly score: number | null
}

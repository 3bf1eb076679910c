import { backupCommand, drillCommand, restoreCommand } from './backup.ts'
import type { Command } from './command.ts'
import { doctorCommand } from './doctor.ts'
import { grantCommand, revokeCommand } from './grant.ts'
import { linkCommand } from './link.ts'
import { moveCommand } from './move.ts'
import { notesCommand } from './notes.ts'
import { personCommand, retentionCommand } from './records.ts'
import { importCommand, sampleCityCommand } from './staff-list.ts'

/** Every command, in the order in which help shows them: a new one is one file and one line here. */
export const commands: readonly Command[] = [
  importCommand,
  sampleCityCommand,
  doctorCommand,
  backupCommand,
  restoreCommand,
  drillCommand,
  moveCommand,
  grantCommand,
  revokeCommand,
  linkCommand,
  notesCommand,
  personCommand,
  retentionCommand,
]

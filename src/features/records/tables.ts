// Every table and how long its rows stay. A table that is missing here does not compile; a table whose rows stay longer
// than it says here fails records.test.ts.
import type { Prisma } from '../../db/generated/client.ts'
import type { PeriodName } from './periods.ts'

/**
 * setup: what the city is made of, changed by whoever looks after it, no age · employment: as long as the person is
 * employed, then `leavers` · technical: nobody's data, or gone within days by itself · else a period of the city's
 */
export type Kept = 'setup' | 'employment' | 'technical' | PeriodName

export const keptTables: Record<Prisma.ModelName, Kept> = {
  AccountMatter: 'employment',
  AppInstallation: 'technical',
  Absence: 'absences',
  Arrangement: 'interviews',
  ArrangementAnswer: 'interviews',
  AttendanceCode: 'technical',
  Audit: 'trail',
  Booking: 'calendar',
  Broadcast: 'broadcasts',
  BroadcastRecipient: 'broadcasts',
  BroadcastList: 'imports',
  Calendar: 'setup',
  CalendarDay: 'setup',
  CodeTries: 'technical',
  Confirmation: 'interviews',
  Course: 'trainings',
  CourseSession: 'trainings',
  Cycle: 'interviews',
  DeadlineRequest: 'interviews',
  Desk: 'setup',
  DeskCount: 'figures',
  Draw: 'trainings',
  EmploymentKind: 'setup',
  Feed: 'calendar',
  Grade: 'setup',
  Handover: 'handover',
  HandoverItem: 'handover',
  HandoverTemplate: 'setup',
  Identity: 'employment',
  Inbox: 'technical',
  Interview: 'interviews',
  JobRun: 'technical',
  Kept: 'technical',
  Meeting: 'interviews',
  MentoringCheckIn: 'mentoring',
  MentoringMember: 'mentoring',
  MentoringPair: 'mentoring',
  MentoringProgramme: 'mentoring',
  MentoringSurvey: 'mentoring',
  Nomination: 'trainings',
  Notice: 'notices',
  OjtWeek: 'one-on-ones',
  OneOnOne: 'one-on-ones',
  OneOnOneAnswer: 'one-on-ones',
  OneOnOneFeeling: 'one-on-ones',
  OneOnOneMeeting: 'one-on-ones',
  OneOnOneNote: 'one-on-ones',
  OneOnOneTopic: 'one-on-ones',
  Outbox: 'notices',
  Pace: 'technical',
  Participant: 'interviews',
  Person: 'leavers',
  Post: 'posts',
  Report: 'trainings',
  RoleGrant: 'trail',
  Route: 'interviews',
  Seat: 'trainings',
  Section: 'setup',
  SelfDevelopment: 'self-development',
  SelfDevelopmentBudget: 'self-development',
  Setting: 'setup',
  SignUp: 'trainings',
  SignUpWish: 'trainings',
  SlackToken: 'technical',
  Slot: 'interviews',
  StaffImport: 'imports',
  Step: 'interviews',
  Suits: 'interviews',
  SurveyAnswer: 'trainings',
  TrainingImport: 'imports',
}

/** OneOnOneMeeting → one_on_one_meeting. */
export const tableName = (model: string): string =>
  model.replace(/(?!^)[A-Z]/g, (letter) => `_${letter}`).toLowerCase()

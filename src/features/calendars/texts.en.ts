import type { ja } from './texts.ja.ts'

export const en: typeof ja = {
  title: 'Pauses and calendars',
  help: 'pause everything for a disaster',
  summary: 'Pause for a disaster',
  heading: 'Pause for a disaster',
  intro:
    'While it lasts, everything rests: interviews, trainings, 1on1, mentoring. Interviews under way are due as many working days later. Announcements can still be sent.',
  none: 'No pause is set.',
  span: (from, to) => (to === '' ? from : `${from} – ${to}`),
  state: { now: 'now', ahead: 'to come', over: 'over' },
  detail: (state, reason) => `${state}: ${reason}`,
  add: 'Pause everything',
  addAnother: 'Add another pause',
  resume: 'Go on',
  resumeText:
    'Work goes on from today. Deadlines are as many working days later as the pause has lasted. What is out of date by now is not sent.',
  change: 'Change',
  note: {
    added: (interviews, held, ahead) =>
      `${ahead ? 'The pause is set.' : 'Everything rests.'} Deadlines moved: ${interviews} interviews. Notices planned for these days that come together afterwards: ${held}.`,
    changed: (interviews) => `Changed. Deadlines moved along: ${interviews} interviews.`,
    resumed: (interviews) =>
      `Work goes on. Deadlines as much later as the pause has lasted: ${interviews} interviews. What has waited arrives as one message, as things are now.`,
    removed: (interviews) => `The pause is taken back. Deadlines moved back: ${interviews} interviews.`,
    gone: 'This pause was changed or taken back meanwhile. This is how things stand.',
  },
  form: {
    add: 'Pause everything',
    change: 'Change the pause',
    submit: 'Set',
    cancel: 'Back',
    from: 'First day',
    last: 'Last day',
    lastHint: 'As far as you can tell. You can make it longer, or go on earlier.',
    reason: 'Reason (Typhoon 15)',
    remove: 'Take this pause back',
    removeLabel: 'Take back',
  },
  errors: {
    from: 'Choose a first day between 7 days ago and 90 days ahead.',
    last: 'Choose a last day within 60 days of the first.',
    overlap: 'It overlaps another pause. Change that one.',
    reason: 'Enter the reason.',
    started: 'The first day of a pause that has begun stays.',
  },
  roster: {
    unreadable: 'This roster cannot be read',
    columns:
      'Send columns "number, date, shift", or a column "number" with dates across. The name of the file says "roster" or "shift".',
    refused: 'The roster was not taken',
    refusedText: 'Mend the following and send it again. Nothing has changed yet.',
    more: (n) => `${n} more`,
    done: 'The roster is taken',
    doneText: (people, days, from, to) =>
      `${people} ${people === 1 ? 'person' : 'people'}, ${days} days in all (${from} to ${to}).`,
    after:
      'When they are told, hours on offer and deadlines follow their working days. Other days go by the usual calendar.',
  },
}

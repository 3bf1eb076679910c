import type { ja } from './texts.ja.ts'

const people = (count: number) => (count === 1 ? '1 person' : `${count} people`)

export const en: typeof ja = {
  names: (named, more) => `${named.join(', ')}${more > 0 ? ` and ${more} more` : ''}`,
  offerSummary: (step) => `Dates for the ${step}`,
  offerConductor: (step) => `Dates for the ${step} with your staff`,
  opensConductor: (step) => `The ${step} with your staff has opened`,
  opensSummary: (step) => `The ${step} has opened`,
  offerOpens: (step, deadline, count) =>
    `The ${step} has opened. It is due on ${deadline}, for ${people(count)}.\nOnce you offer some hours, they choose for themselves. It takes a minute.`,
  offerInform: (step, deadline, count) =>
    `${step}: ${people(count)} without a date yet. It is due on ${deadline}.\nOnce you offer some hours, they choose for themselves.`,
  offerShort: (step, deadline, count) =>
    `${step}: ${people(count)} without a date yet. It is due on ${deadline}.\nChoose a period and hours, and the times are laid out for you. It takes a minute.`,
  offerLast: (step, deadline, count) =>
    `One working day is left until the ${step} is due (${deadline}), with ${people(count)} without a date yet.\nIf that is difficult, you can ask for a later deadline.`,
  offerToday: (step, _deadline, count) =>
    `The ${step} is due today, with ${people(count)} still without a date.\nPlease offer some hours, or ask for a later deadline.`,
  offerCrossing: (step, deadline, count) =>
    `The ${step} was due on ${deadline}, and ${people(count)} had no date yet.\nPlease forgive us if our messages crossed.`,
  offerHelp: (step, deadline, count) =>
    `We know you are busy. The ${step} (due ${deadline}) has ${people(count)} left.\nIf this week is difficult, we will gladly move the deadline.`,
  offerCall: (step, deadline, count) =>
    `We know you are busy. The ${step} (due ${deadline}) has ${people(count)} left.\nCould we speak for five minutes about how to go on? Please call whenever it suits you.`,
  settle: 'Everyone has been asked when they can come. Please look at the proposed dates.',
  signed: (office, officer) => (officer ? `${officer}, ${office}` : ''),
  pickOpensSoon: (step, deadline) =>
    `The ${step} has opened. It is due on ${deadline}.\nWe will let you know as soon as there are hours to choose from.`,
  pickOpens: (step, deadline) =>
    `The ${step} has opened. It is due on ${deadline}.\nThere are hours to choose from. It takes a minute.`,
  pickInform: (step, deadline) =>
    `There are hours to choose from for the ${step}. It is due on ${deadline}.\nPlease pick one that suits you. It takes a minute.`,
  pickShort: (step, deadline) =>
    `The ${step} is due on ${deadline}.\nPick one hour and the other side is told for you. It takes a minute.`,
  pickLast: (step, deadline) =>
    `One working day is left until the ${step} is due (${deadline}).\nPlease pick an hour. If none suits you, you can ask for a later deadline.`,
  pickToday: (step, _deadline) =>
    `The ${step} is due today.\nPlease pick an hour. If none suits you, you can ask for a later deadline.`,
  pickCrossing: (step, deadline) =>
    `The ${step} was due on ${deadline}, and yours seems to have no date yet.\nPlease forgive us if our messages crossed.`,
  pickHelp: (step, deadline) =>
    `We know you are busy. Your ${step} (due ${deadline}) seems to have no date yet.\nIf none of the hours suits you, we will gladly move the deadline.`,
  pickCall: (step, deadline) =>
    `We know you are busy. Could we speak for five minutes about the date of your ${step} (due ${deadline})?\nPlease call whenever it suits you.`,
  answer: (step, answerBy) =>
    `Dates for the ${step} are being arranged. Please say by ${answerBy} which hours suit you. It takes a minute.`,
  upcomingSummary: 'Your interviews',
  upcomingRow: (step, when) => `${when} ${step}`,
  upcomingDetail: (who, place) => (place ? `${who} / ${place}` : who),
  details: 'Details',
  askSummary: 'How did the interview go?',
  askTitle: (step, who, when) => `${step} (${who}, ${when})`,
  askSeveral: (count) =>
    `Did these ${count} interviews take place? One press for each; nothing is asked about what was said.`,
  askAgain: 'We ask once more about these days. If our messages crossed, please forgive us.',
  askMore: (count) => `${count} more can be answered from your team's list.`,
  askBoard: "See my team's list",
  offer: 'Offer hours',
  settleButton: 'See the proposal',
  pick: 'Pick a time',
  answerButton: 'Say what suits',
  leaveToClerk: 'Leave it to the clerk',
  later: 'Remind me tomorrow',
  afterAssembly: 'After the assembly',
  beforeAssembly: 'We know that the assembly keeps you busy.',
  askDeadline: 'Ask for a later date',
  phoneSummary: 'Whom to telephone about interview dates',
  gapSummary: 'Interviews that nobody conducts yet',
  phoneIntro: (count) => `About interviews without a date, a telephone call may help with ${people(count)}.`,
  phoneDetail: (parts) => parts.join(' / '),
  phoneOffer: (step, count, deadline) =>
    `${step}: no hours offered yet for ${people(count)}, due ${deadline}`,
  phonePick: (step, deadline) => `${step}: has not picked a time, due ${deadline}`,
  gapIntro: (count) =>
    count === 1
      ? 'One interview has no conductor at work.'
      : `${count} interviews have no conductor at work.`,
  moreRows: (count) => `${count} more`,
  board: 'What needs attention',
  tell: 'Tell the superior',
  tellTitle: 'Telling the superior',
  tellText: (superior) =>
    `First the person is told that ${superior} will be asked too; ${superior} hears of it on the next working morning. Nothing is sent if a date is found by then.`,
  tellYes: 'Tell',
  tellNo: 'Not now',
  told: (who, superior) =>
    `${who} is told first; ${superior} hears of it on the next working morning, unless a date is found by then.`,
  tellNobody:
    'No superior is on record, so nobody can be told. Please check the evaluators in the staff list.',
  tellSettled: 'This interview has a date or is over. There is nothing to tell.',
  soonSummary: 'About the dates of interviews',
  soonOffer: (step, count, superior) =>
    `We have decided to ask ${superior} too about the dates of the ${step} (${people(count)} left), and wanted you to know first.\nIf dates are found, we will not write to ${superior}.`,
  soonPick: (step, superior) =>
    `We have decided to ask ${superior} too about the date of your ${step}, and wanted you to know first.\nIf a date is found, we will not write to ${superior}.`,
  superior: 'the superior',
  superiorSummary: 'About the dates of interviews',
  superiorText: (who, step, count, deadline) =>
    `In the ${step} (due ${deadline}) that ${who} conducts, ${people(count)} have no date yet. Things are surely busy: if we can help, by moving the deadline for example, please let us know.`,
  superiorPick: (who, step, deadline) =>
    `The ${step} of ${who} (due ${deadline}) has no date yet. Things are surely busy: if we can help, by moving the deadline for example, please let us know.`,
  superiorEnd: 'The person has been told beforehand that we would ask you.',
  laterSummary: 'We will remind you',
  laterDone: (date) => `Certainly. We will remind you on the morning of ${date}.`,
  afterAssemblySummary: 'We will remind you after the assembly',
  afterAssemblyDone: (session, date) =>
    `Certainly. We will remind you on the morning of ${date}, after: ${session}. You hear nothing of it until then.`,
  afterAssemblyDeadline: (deadline) =>
    `It is still due on ${deadline}. If it will be after the assembly, please ask for a later date.`,
  noAssembly: 'No assembly is near, or it is over. You can settle the date now.',
  nothingHeld: 'This has a date by now, or is no longer with you. There is nothing to do.',
  askTitleForm: 'A later deadline',
  askIntro: (step, deadline, count) =>
    count > 1
      ? `Choose a new deadline for the ${step} (now ${deadline}, ${people(count)}). HR looks at it soon.`
      : `Choose a new deadline for the ${step} (now ${deadline}). HR looks at it soon.`,
  askDate: 'New deadline',
  askSubmit: 'Ask',
  cancel: 'Cancel',
  askDone: (date) => `We have asked HR to move it to ${date}. Until they answer we will not remind you.`,
  dateNeeded: 'Please choose a date.',
  dateTooEarly: (date) => `Please choose a day to come, after the present deadline (${date}).`,
  dateTooLate: (date) => `Please choose a day up to ${date}.`,
  closedDay: (date, why) => `The office is closed on ${date} (${why}). Please choose a working day.`,
  askedSummary: (count) =>
    count === 1 ? 'A later deadline is asked for' : `${count} later deadlines are asked for`,
  askedText: (count) =>
    count === 1
      ? 'Someone asks for a later interview deadline.'
      : `${count} later interview deadlines are asked for.`,
  askedOpen: 'See them',
  deadlinesSummary: 'Later deadlines asked for',
  deadlinesTitle: 'Later deadlines asked for',
  deadlinesNone: 'Nobody is waiting for an answer.',
  deadlineRow: (who, step, count, from, to) =>
    `${who}, ${step}${count > 1 ? ` (${people(count)})` : ''}\n${from} → ${to}`,
  grant: (date) => `Move to ${date}`,
  decline: 'Keep the deadline',
  declineTitle: 'Keep the deadline',
  declineText: 'Whoever asked is told that the deadline stays.',
  granted: (count, date) =>
    `${count === 1 ? 'One deadline is' : `${count} deadlines are`} moved to ${date}. Whoever asked will be told.`,
  declined: 'The deadline stays. Whoever asked will be told.',
  requestGone: 'This has been answered already. Here is the present list.',
  requestPast: 'The day asked for has passed. Whoever asked is invited to choose another.',
  settledSummary: 'Your deadline',
  grantedText: (step, date) => `The ${step} is now due on ${date}. Thank you for asking.`,
  declinedText: (step, date) =>
    `The ${step} stays due on ${date}. We are sorry that it could not be moved; please call us if that is difficult.`,
  deadlinesHelp: 'answer requests for later deadlines',
  outlookSummary: 'What will be sent',
  outlookTitle: (from, to) => `What will be sent, ${from} – ${to}`,
  outlookNone: 'Nothing is planned for these days.',
  outlookFurther: (days) => `See the next ${days} days`,
  outlookCount: (messages, notices) =>
    `${messages === 1 ? '1 message' : `${messages} messages`} with ${notices === 1 ? '1 notice' : `${notices} notices`} planned. Each is written as things stand when it is sent; what is no longer needed is not sent.`,
  outlookRow: (time, who) => `${time} ${who}`,
  outlookHelp: 'see what will be sent',
  earlier: 'Back',
  next: 'Next',
  closed: 'closed',
  yearEnd: 'New Year holidays',
  pageOf: (page, pages) => `Page ${page} of ${pages}`,
  kinds: {
    offer: 'offer hours',
    pick: 'pick a time',
    upcoming: 'interviews of the day',
    ask: 'how it went',
    phone: 'whom to telephone',
    'superior-soon': 'that a superior will be asked',
    superior: 'to a superior',
    'deadline-asked': 'later deadline asked for',
    'deadline-settled': 'answer about a deadline',
    offered: 'hours are on offer',
    booked: 'a time was booked',
    released: 'a time was given back',
    'conductor-changed': 'a new conductor',
    'meeting-released': 'a time was given back',
    disclosed: 'results were disclosed',
    'put-off': 'put off by a pause',
    arrange: 'which hours suit',
    arranged: 'a timetable to settle',
    again: 'another time to be found',
    'clerk-did': 'arranged by the section clerk',
    'clerk-asked': 'interviews to arrange',
  },
  otherKind: 'other',
  times: (label, count) => (count > 1 ? `${label} × ${count}` : label),
  kindList: (labels) => labels.join(', '),
  unknownPerson: '(not on the staff list)',
  ladderHelp: 'change when interviews are reminded of',
  ladderTitle: 'Interview reminders',
  ladderSummary: 'Interview reminders',
  ladderNow: (holder, phone, superior, at, office) =>
    `Counted in working days from the deadline.\nTo those concerned: ${holder}\nHR's telephone list: ${phone}\nTo a superior: ${superior}\nAt: ${at}\nFrom: ${office}`,
  ladderOff: 'none',
  ladderEdit: 'Change',
  ladderIntro:
    'Working days from the deadline, negative before it, with commas between. Empty: nothing is sent.',
  ladderHolder: 'To those concerned',
  ladderPhone: "HR's telephone list",
  ladderSuperior: 'To a superior (the person is told the working day before)',
  ladderAt: 'Time of day',
  ladderAgain: 'After an interview, ask again how it went (working days after it)',
  ladderOffice: 'Office that writes (Japanese)',
  ladderOfficeEn: 'Office that writes (English)',
  ladderOfficer: 'HR officer who signs from day +7 on (empty: the officer in charge)',
  ladderUpcoming: 'On the morning of an interview',
  ladderUpcomingYes: 'Tell both of the interview that morning',
  ladderSubmit: 'Save',
  ladderDays: 'Please give whole numbers from -60 to 60 with commas between, such as -7, -3, 0, +3.',
  ladderAgainDays: 'Please give up to five whole numbers from 1 to 30 with commas between, such as 1, 3.',
  ladderTime: 'Please give a time such as 08:45.',
  ladderHours: (from, to) => `Please choose a time within office hours (${from} to ${to}).`,
  ladderSaved: 'The reminders are changed, and what is still to be sent was planned anew.',
  notFound: 'This interview was not found. Send "interview" to see your own.',
  notYourPart: 'This is outside your part of the city. Please ask an HR officer for the whole city.',
}

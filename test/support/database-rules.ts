// What the database must hold beyond what Prisma's schema says, as PostgreSQL spells it (15 and 18 alike). A rule
// that a migration adds, changes or drops is entered here by hand; src/db/drift.test.ts compares both ways.

/** Never two at once. */
export const exclusions: Record<string, string> = {
  absence_no_overlap: 'EXCLUDE USING gist (person_id WITH =, daterange(from_on, to_on) WITH &&)',
  assembly_session_no_overlap: 'EXCLUDE USING gist (daterange(from_on, to_on) WITH &&)',
  booking_no_overlap:
    "EXCLUDE USING gist (person_id WITH =, tstzrange(starts_at, ends_at) WITH &&) WHERE ((exclusive AND (status = 'booked'::text)))",
  closure_no_overlap: 'EXCLUDE USING gist (daterange(from_on, to_on) WITH &&)',
  post_one_main:
    'EXCLUDE USING gist (person_id WITH =, daterange(valid_from, valid_to) WITH &&) WHERE (main)',
  route_one_of_person:
    'EXCLUDE USING gist (subject_person_id WITH =, role WITH =, daterange(valid_from, valid_to) WITH &&) WHERE ((subject_person_id IS NOT NULL))',
  route_one_of_section:
    'EXCLUDE USING gist (subject_section_id WITH =, role WITH =, daterange(valid_from, valid_to) WITH &&) WHERE ((subject_section_id IS NOT NULL))',
  section_code_once: 'EXCLUDE USING gist (code WITH =, daterange(valid_from, valid_to) WITH &&)',
  slot_no_overlap:
    "EXCLUDE USING gist (owner_id WITH =, tstzrange(starts_at, ends_at) WITH &&) WHERE ((status = ANY (ARRAY['offered'::text, 'taken'::text, 'arranging'::text])))",
}

/** What one row must satisfy. */
export const checks: Record<string, string> = {
  absence_deputy_other: 'CHECK ((deputy_id <> person_id))',
  absence_has_days: 'CHECK ((to_on > from_on))',
  absence_kind_known: "CHECK ((kind = ANY (ARRAY['leave'::text, 'secondment'::text, 'other'::text])))",
  account_matter_kind_known:
    "CHECK ((kind = ANY (ARRAY['unknown'::text, 'renamed'::text, 'other-name'::text, 'closed'::text])))",
  account_matter_settled_is_erased: 'CHECK (((settled_at IS NULL) OR (shown_name IS NULL)))',
  app_installation_refused_has_reason: "CHECK (((status <> 'refused'::text) OR (reason IS NOT NULL)))",
  app_installation_settled_has_time: "CHECK (((status = 'waiting'::text) = (settled_at IS NULL)))",
  app_installation_status_known:
    "CHECK ((status = ANY (ARRAY['waiting'::text, 'done'::text, 'refused'::text])))",
  arrangement_proposed_has_proposal:
    "CHECK (((status <> ALL (ARRAY['proposed'::text, 'accepted'::text])) OR (proposal IS NOT NULL)))",
  arrangement_status_known:
    "CHECK ((status = ANY (ARRAY['collecting'::text, 'proposed'::text, 'accepted'::text, 'cancelled'::text])))",
  assembly_session_has_days: 'CHECK ((from_on < to_on))',
  assembly_session_has_hours: 'CHECK ((opens_at < closes_at))',
  assembly_sitting_has_length: 'CHECK ((starts_at < ends_at))',
  attendance_code_has_length: 'CHECK ((valid_from < valid_until))',
  audit_via_known: "CHECK ((via = ANY (ARRAY['chat'::text, 'cli'::text, 'system'::text])))",
  booking_has_length: 'CHECK ((starts_at < ends_at))',
  booking_status_known: "CHECK ((status = ANY (ARRAY['booked'::text, 'released'::text])))",
  broadcast_approved_has_time: 'CHECK (((approver_id IS NULL) = (approved_at IS NULL)))',
  broadcast_approver_other: 'CHECK ((approver_id <> author_id))',
  broadcast_list_part_known: "CHECK ((part = ANY (ARRAY['people'::text, 'except'::text])))",
  broadcast_released_has_time:
    "CHECK (((status <> ALL (ARRAY['sending'::text, 'sent'::text])) OR (released_at IS NOT NULL)))",
  broadcast_status_known:
    "CHECK ((status = ANY (ARRAY['draft'::text, 'awaiting'::text, 'scheduled'::text, 'sending'::text, 'sent'::text, 'cancelled'::text])))",
  busy_source_feed_has_address: "CHECK (((kind = 'feed'::text) = (address IS NOT NULL)))",
  busy_source_feed_is_read: "CHECK (((kind = 'feed'::text) = (next_at IS NOT NULL)))",
  busy_source_kind_known: "CHECK ((kind = ANY (ARRAY['feed'::text, 'file'::text])))",
  busy_time_has_length: 'CHECK ((starts_at < ends_at))',
  calendar_closes_at_time: "CHECK ((closes_at ~ '^(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$'::text))",
  calendar_opens_at_time: "CHECK ((opens_at ~ '^([01][0-9]|2[0-3]):[0-5][0-9]$'::text))",
  calendar_weekdays_known: 'CHECK ((weekdays <@ ARRAY[1, 2, 3, 4, 5, 6, 7]))',
  closure_has_days: 'CHECK ((from_on < to_on))',
  code_tries_positive: 'CHECK ((wrong > 0))',
  confirmation_answer_known: "CHECK ((answer = ANY (ARRAY['held'::text, 'moved'::text, 'not_held'::text])))",
  course_kind_known:
    "CHECK ((kind = ANY (ARRAY['grade'::text, 'mandatory'::text, 'specialist'::text, 'dispatch'::text, 'ojt'::text, 'elearning'::text, 'career'::text, 'dx'::text, 'lecture'::text])))",
  course_minutes_positive: 'CHECK ((minutes > 0))',
  course_occupation_not_empty: "CHECK ((occupation <> ''::text))",
  course_report_days_positive: 'CHECK ((report_days > 0))',
  course_selection_known:
    "CHECK ((selection = ANY (ARRAY['first_come'::text, 'lottery'::text, 'hr'::text])))",
  course_session_has_length: 'CHECK ((starts_at < ends_at))',
  course_session_status_known:
    "CHECK ((status = ANY (ARRAY['planned'::text, 'held'::text, 'cancelled'::text])))",
  course_session_version_positive: 'CHECK ((version > 0))',
  course_status_known:
    "CHECK ((status = ANY (ARRAY['draft'::text, 'published'::text, 'closed'::text, 'cancelled'::text])))",
  course_version_positive: 'CHECK ((version > 0))',
  course_window_has_days: 'CHECK ((opens_on <= closes_on))',
  cycle_generation_positive: 'CHECK ((generation > 0))',
  cycle_has_days: 'CHECK ((starts_on < ends_on))',
  cycle_kind_known: "CHECK ((kind = ANY (ARRAY['performance'::text, 'ability'::text, 'both'::text])))",
  cycle_status_known:
    "CHECK ((status = ANY (ARRAY['draft'::text, 'open'::text, 'closed'::text, 'cancelled'::text])))",
  deadline_request_settled_by_someone:
    "CHECK (((status <> ALL (ARRAY['granted'::text, 'declined'::text])) OR (settled_by_id IS NOT NULL)))",
  deadline_request_settled_has_time: "CHECK (((status = 'asked'::text) = (settled_at IS NULL)))",
  deadline_request_status_known:
    "CHECK ((status = ANY (ARRAY['asked'::text, 'granted'::text, 'declined'::text, 'withdrawn'::text])))",
  desk_count_month: "CHECK ((month ~ '^[0-9]{4}-(0[1-9]|1[0-2])$'::text))",
  desk_count_positive: 'CHECK ((count > 0))',
  desk_kind_known:
    "CHECK ((kind = ANY (ARRAY['career'::text, 'health'::text, 'harassment'::text, 'evaluation'::text, 'other'::text])))",
  desk_version_positive: 'CHECK ((version > 0))',
  draw_commitment_is_hash: "CHECK ((commitment ~ '^[0-9a-f]{64}$'::text))",
  draw_drawn_has_result:
    "CHECK (((status <> ALL (ARRAY['drawn'::text, 'published'::text])) OR ((drawn_at IS NOT NULL) AND (result IS NOT NULL))))",
  draw_published_has_time: "CHECK (((status = 'published'::text) = (published_at IS NOT NULL)))",
  draw_status_known:
    "CHECK ((status = ANY (ARRAY['committed'::text, 'drawn'::text, 'published'::text, 'discarded'::text])))",
  gathering_member_paused_has_day: "CHECK (((status = 'paused'::text) = (paused_until IS NOT NULL)))",
  gathering_member_sealed_while_part:
    "CHECK (((sealed IS NULL) OR (status = ANY (ARRAY['joined'::text, 'paused'::text]))))",
  gathering_member_status_known:
    "CHECK ((status = ANY (ARRAY['asked'::text, 'joined'::text, 'paused'::text, 'left'::text])))",
  gathering_round_counts:
    'CHECK (((number > 0) AND (version > 0) AND (tries > 0) AND (repeats >= 0) AND (same_department >= least_same)))',
  gathering_round_status_known:
    "CHECK ((status = ANY (ARRAY['draft'::text, 'published'::text, 'done'::text])))",
  gathering_seat_status_known: "CHECK ((status = ANY (ARRAY['coming'::text, 'cannot'::text])))",
  gathering_series_cadence_known:
    "CHECK ((cadence = ANY (ARRAY['weekly'::text, 'biweekly'::text, 'monthly'::text, 'bimonthly'::text, 'quarterly'::text])))",
  gathering_series_closed_has_day: "CHECK (((status = 'closed'::text) = (closed_on IS NOT NULL)))",
  gathering_series_counts_positive:
    'CHECK (((version > 0) AND ((rounds IS NULL) OR (rounds > 0)) AND ((parallel IS NULL) OR (parallel > 0))))',
  gathering_series_hours_known:
    "CHECK ((hours = ANY (ARRAY['any'::text, 'morning'::text, 'noon'::text, 'afternoon'::text])))",
  gathering_series_minutes: 'CHECK (((minutes >= 10) AND (minutes <= 240)))',
  gathering_series_size: 'CHECK (((size >= 2) AND (size <= 8)))',
  gathering_series_status_known:
    "CHECK ((status = ANY (ARRAY['draft'::text, 'open'::text, 'closed'::text])))",
  gathering_table_has_length:
    'CHECK ((((starts_at IS NULL) = (ends_at IS NULL)) AND ((starts_at IS NULL) OR (starts_at < ends_at))))',
  gathering_table_planned_has_time:
    "CHECK (((status <> ALL (ARRAY['planned'::text, 'held'::text, 'not_held'::text])) OR (starts_at IS NOT NULL)))",
  gathering_table_status_known:
    "CHECK ((status = ANY (ARRAY['planned'::text, 'unplaced'::text, 'held'::text, 'not_held'::text, 'cancelled'::text])))",
  grade_rank_positive: 'CHECK ((rank > 0))',
  handover_ended_has_day: "CHECK (((status = 'open'::text) = (ended_on IS NULL)))",
  handover_item_ordinal_positive: 'CHECK ((ordinal > 0))',
  handover_of_two: 'CHECK ((from_id <> to_id))',
  handover_status_known: "CHECK ((status = ANY (ARRAY['open'::text, 'done'::text, 'cancelled'::text])))",
  handover_version_positive: 'CHECK ((version > 0))',
  identity_platform_known:
    "CHECK ((platform = ANY (ARRAY['playground'::text, 'slack'::text, 'teams'::text, 'email'::text, 'paper'::text])))",
  identity_state_known:
    "CHECK ((state = ANY (ARRAY['active'::text, 'blocked'::text, 'uninstalled'::text, 'left'::text])))",
  inbox_done_is_erased: "CHECK (((status <> 'done'::text) OR ((payload IS NULL) AND (done_at IS NOT NULL))))",
  inbox_platform_known:
    "CHECK ((platform = ANY (ARRAY['playground'::text, 'slack'::text, 'teams'::text, 'email'::text, 'paper'::text])))",
  inbox_status_known: "CHECK ((status = ANY (ARRAY['received'::text, 'done'::text, 'failed'::text])))",
  inbox_type_known:
    "CHECK ((type = ANY (ARRAY['command'::text, 'message'::text, 'click'::text, 'submit'::text, 'home'::text, 'file'::text, 'installed'::text, 'uninstalled'::text])))",
  interview_booked_has_meeting: "CHECK (((status <> 'booked'::text) OR (meeting_id IS NOT NULL)))",
  interview_generation_positive: 'CHECK ((generation > 0))',
  interview_held_has_day: "CHECK (((status <> 'held'::text) OR (held_on IS NOT NULL)))",
  interview_kind_known: "CHECK ((kind = ANY (ARRAY['step'::text, 'development'::text, 'return'::text])))",
  interview_not_own_follow_up: 'CHECK ((follows_id <> id))',
  interview_open_has_no_meeting:
    "CHECK (((status <> ALL (ARRAY['waiting'::text, 'suspended'::text, 'exempt'::text, 'cancelled'::text])) OR (meeting_id IS NULL)))",
  interview_status_known:
    "CHECK ((status = ANY (ARRAY['waiting'::text, 'booked'::text, 'held'::text, 'unclear'::text, 'suspended'::text, 'exempt'::text, 'cancelled'::text])))",
  interview_step_by_kind: "CHECK (((kind = 'step'::text) = (step_id IS NOT NULL)))",
  interview_version_positive: 'CHECK ((version > 0))',
  invitation_status_known: "CHECK ((status = ANY (ARRAY['sent'::text, 'refused'::text, 'waiting'::text])))",
  meeting_has_length: 'CHECK ((starts_at < ends_at))',
  meeting_status_known: "CHECK ((status = ANY (ARRAY['booked'::text, 'released'::text, 'held'::text])))",
  mentoring_check_in_round_known: "CHECK ((round = ANY (ARRAY['start'::text, 'middle'::text, 'end'::text])))",
  mentoring_member_role_known: "CHECK ((role = ANY (ARRAY['mentee'::text, 'mentor'::text])))",
  mentoring_member_status_known:
    "CHECK ((status = ANY (ARRAY['asked'::text, 'joined'::text, 'not_joining'::text, 'left'::text])))",
  mentoring_pair_declined_tells_nobody:
    "CHECK (((status <> 'declined'::text) OR (NOT (mentee_accepted OR mentor_accepted))))",
  mentoring_pair_end_reason_known:
    "CHECK ((end_reason = ANY (ARRAY['finished'::text, 'left'::text, 'rematch'::text, 'coordinator'::text])))",
  mentoring_pair_ended_has_reason:
    "CHECK ((((status = 'ended'::text) = (ended_on IS NOT NULL)) AND ((status = 'ended'::text) = (end_reason IS NOT NULL))))",
  mentoring_pair_of_two: 'CHECK ((mentee_id <> mentor_id))',
  mentoring_pair_source_known: "CHECK ((source = ANY (ARRAY['hand'::text, 'solver'::text])))",
  mentoring_pair_status_known:
    "CHECK ((status = ANY (ARRAY['proposed'::text, 'offered'::text, 'active'::text, 'declined'::text, 'forbidden'::text, 'ended'::text])))",
  mentoring_programme_cadence_known:
    "CHECK ((cadence = ANY (ARRAY['weekly'::text, 'biweekly'::text, 'monthly'::text, 'quarterly'::text])))",
  mentoring_programme_capacity_positive: 'CHECK ((capacity > 0))',
  mentoring_programme_has_days: 'CHECK ((starts_on < ends_on))',
  mentoring_programme_kind_known:
    "CHECK ((kind = ANY (ARRAY['mentor'::text, 'handover'::text, 'hires'::text])))",
  mentoring_programme_status_known:
    "CHECK ((status = ANY (ARRAY['draft'::text, 'sign_up'::text, 'running'::text, 'closed'::text, 'cancelled'::text])))",
  mentoring_survey_scale: 'CHECK (((useful >= 1) AND (useful <= 5)))',
  nomination_settled_has_time: "CHECK (((status = 'proposed'::text) = (settled_at IS NULL)))",
  nomination_status_known:
    "CHECK ((status = ANY (ARRAY['proposed'::text, 'accepted'::text, 'dismissed'::text, 'withdrawn'::text])))",
  notice_planned_has_no_outbox: "CHECK (((status <> 'planned'::text) OR (outbox_id IS NULL)))",
  notice_queued_has_outbox: "CHECK (((status <> 'queued'::text) OR (outbox_id IS NOT NULL)))",
  notice_settled_has_time:
    "CHECK (((status = ANY (ARRAY['planned'::text, 'queued'::text])) = (settled_at IS NULL)))",
  notice_status_known:
    "CHECK ((status = ANY (ARRAY['planned'::text, 'queued'::text, 'sent'::text, 'obsolete'::text, 'cancelled'::text, 'failed'::text])))",
  ojt_week_positive: 'CHECK ((week > 0))',
  one_on_one_cadence_known:
    "CHECK ((cadence = ANY (ARRAY['weekly'::text, 'biweekly'::text, 'monthly'::text, 'bimonthly'::text, 'quarterly'::text])))",
  one_on_one_end_reason_known:
    "CHECK ((end_reason = ANY (ARRAY['asked'::text, 'transfer'::text, 'left'::text])))",
  one_on_one_ended_has_day:
    "CHECK (((status = 'ended'::text) = ((ended_on IS NOT NULL) AND (end_reason IS NOT NULL))))",
  one_on_one_kind_known: "CHECK ((kind = ANY (ARRAY['line'::text, 'ojt'::text])))",
  one_on_one_meeting_has_length: 'CHECK ((starts_at < ends_at))',
  one_on_one_meeting_status_known:
    "CHECK ((status = ANY (ARRAY['planned'::text, 'unplaced'::text, 'held'::text, 'not_held'::text, 'skipped'::text])))",
  one_on_one_meeting_version_positive: 'CHECK ((version > 0))',
  one_on_one_minutes_positive: 'CHECK ((minutes > 0))',
  one_on_one_note_version_positive: 'CHECK ((version > 0))',
  one_on_one_nth: 'CHECK (((nth >= 1) AND (nth <= 5)))',
  one_on_one_paused_has_day: "CHECK (((status = 'paused'::text) = (paused_until IS NOT NULL)))",
  one_on_one_status_known: "CHECK ((status = ANY (ARRAY['active'::text, 'paused'::text, 'ended'::text])))",
  one_on_one_time: 'CHECK (("time" ~ \'^([01][0-9]|2[0-3]):[0-5][0-9]$\'::text))',
  one_on_one_topic_wish_known: "CHECK ((wish = ANY (ARRAY['listen'::text, 'advise'::text, 'decide'::text])))",
  one_on_one_two_people: 'CHECK ((lead_id <> member_id))',
  one_on_one_version_positive: 'CHECK ((version > 0))',
  one_on_one_weekday: 'CHECK (((weekday >= 1) AND (weekday <= 7)))',
  outbox_claimed_has_lease: "CHECK (((status <> 'claimed'::text) OR (leased_until IS NOT NULL)))",
  outbox_counts: 'CHECK (((fence >= 0) AND (attempts >= 0)))',
  outbox_doubt_has_place: "CHECK (((status <> 'unknown'::text) OR (platform IS NOT NULL)))",
  outbox_platform_known:
    "CHECK ((platform = ANY (ARRAY['playground'::text, 'slack'::text, 'teams'::text, 'email'::text])))",
  outbox_priority_known: 'CHECK ((priority = ANY (ARRAY[0, 1, 2, 3])))',
  outbox_refused_has_reason:
    "CHECK (((status <> ALL (ARRAY['refused'::text, 'dead'::text])) OR (reason IS NOT NULL)))",
  outbox_settled_has_time:
    "CHECK (((status = ANY (ARRAY['waiting'::text, 'claimed'::text, 'unknown'::text])) = (settled_at IS NULL)))",
  outbox_waiting_is_nowhere: "CHECK (((status <> 'waiting'::text) OR (platform IS NULL)))",
  outbox_status_known:
    "CHECK ((status = ANY (ARRAY['waiting'::text, 'claimed'::text, 'sent'::text, 'refused'::text, 'unknown'::text, 'obsolete'::text, 'dead'::text])))",
  pace_closed_both: 'CHECK (((closed_at IS NULL) = (closed_until IS NULL)))',
  pace_rate_part: 'CHECK (((rate > (0)::double precision) AND (rate <= (1)::double precision)))',
  participant_has_days: 'CHECK ((to_on >= from_on))',
  participant_role_known: "CHECK ((role = ANY (ARRAY['conductor'::text, 'observer'::text])))",
  person_email_lower: 'CHECK ((email = lower(email)))',
  person_erased_is_empty:
    "CHECK (((erased_on IS NULL) OR ((left_on IS NOT NULL) AND (email IS NULL) AND (kana = ''::text))))",
  person_language_known: "CHECK ((language = ANY (ARRAY['ja'::text, 'en'::text])))",
  post_has_days: 'CHECK ((valid_to > valid_from))',
  role_grant_has_days: 'CHECK ((valid_to > valid_from))',
  role_grant_occupation_of_training:
    "CHECK (((occupation IS NULL) OR ((role = 'training'::text) AND (occupation <> ''::text))))",
  role_grant_role_known:
    "CHECK ((role = ANY (ARRAY['admin'::text, 'hr'::text, 'training'::text, 'clerk'::text])))",
  route_has_days: 'CHECK ((valid_to > valid_from))',
  route_one_subject: 'CHECK ((num_nonnulls(subject_person_id, subject_section_id) = 1))',
  route_role_known:
    "CHECK ((role = ANY (ARRAY['supervisor'::text, 'assistant'::text, 'first'::text, 'second'::text, 'adjuster'::text, 'decider'::text])))",
  seat_number_positive: 'CHECK ((number > 0))',
  section_continued_is_over: 'CHECK (((continued_as IS NULL) OR (valid_to IS NOT NULL)))',
  section_has_days: 'CHECK ((valid_to > valid_from))',
  section_not_own_parent: 'CHECK ((parent_id <> id))',
  self_development_budget_kept: 'CHECK (((granted_yen >= 0) AND (granted_yen <= yen)))',
  self_development_granted_only:
    "CHECK (((status = ANY (ARRAY['granted'::text, 'done'::text])) OR (granted_yen = 0)))",
  self_development_has_days: 'CHECK ((from_on <= to_on))',
  self_development_kind_known: "CHECK ((kind = ANY (ARRAY['subsidy'::text, 'leave'::text])))",
  self_development_status_known:
    "CHECK ((status = ANY (ARRAY['awaiting_approval'::text, 'awaiting_hr'::text, 'granted'::text, 'declined'::text, 'withdrawn'::text, 'done'::text])))",
  self_development_version_positive: 'CHECK ((version > 0))',
  self_development_yen: 'CHECK (((asked_yen >= 0) AND (granted_yen >= 0)))',
  sign_up_cancelled_has_reason: "CHECK (((status = 'cancelled'::text) = (cancel_reason IS NOT NULL)))",
  sign_up_confirmed_has_seat:
    "CHECK (((status <> 'confirmed'::text) OR (session_id IS NULL) OR (seat_number IS NOT NULL)))",
  sign_up_done_has_day:
    "CHECK (((status <> ALL (ARRAY['attended'::text, 'completed'::text])) OR (done_on IS NOT NULL)))",
  sign_up_excused_only_absent:
    "CHECK (((status = ANY (ARRAY['absent'::text, 'partly'::text])) OR (excused IS NULL)))",
  sign_up_offer_only_offered: "CHECK (((status = 'offered'::text) OR (offer_until IS NULL)))",
  sign_up_offered_has_seat:
    "CHECK (((status <> 'offered'::text) OR ((seat_number IS NOT NULL) AND (offer_until IS NOT NULL))))",
  sign_up_seat_in_session: 'CHECK (((seat_number IS NULL) OR (session_id IS NOT NULL)))',
  sign_up_status_known:
    "CHECK ((status = ANY (ARRAY['nominated'::text, 'awaiting_approval'::text, 'applied'::text, 'confirmed'::text, 'offered'::text, 'waitlisted'::text, 'declined'::text, 'cancelled'::text, 'attended'::text, 'partly'::text, 'absent'::text, 'completed'::text])))",
  sign_up_version_positive: 'CHECK ((version > 0))',
  sign_up_waiting_has_no_seat:
    "CHECK (((status <> ALL (ARRAY['applied'::text, 'waitlisted'::text, 'declined'::text, 'cancelled'::text])) OR (seat_number IS NULL)))",
  sign_up_waitlisted_has_session: "CHECK (((status <> 'waitlisted'::text) OR (session_id IS NOT NULL)))",
  sign_up_wish_rank_positive: 'CHECK ((rank > 0))',
  slack_token_one: 'CHECK ((id = 1))',
  slot_arranging_has_arrangement: "CHECK (((status <> 'arranging'::text) OR (arrangement_id IS NOT NULL)))",
  slot_has_length: 'CHECK ((starts_at < ends_at))',
  slot_status_known:
    "CHECK ((status = ANY (ARRAY['offered'::text, 'taken'::text, 'withdrawn'::text, 'arranging'::text])))",
  slot_taken_has_meeting: "CHECK (((status = 'taken'::text) = (meeting_id IS NOT NULL)))",
  staff_import_applied_has_time: "CHECK (((status = 'applied'::text) = (applied_at IS NOT NULL)))",
  staff_import_rows_erased:
    "CHECK (((status <> ALL (ARRAY['applied'::text, 'cancelled'::text])) OR (rows IS NULL)))",
  staff_import_scheduled_has_officers:
    "CHECK (((status <> 'scheduled'::text) OR (cardinality(officers) > 0)))",
  staff_import_scheduled_has_release: "CHECK (((status <> 'scheduled'::text) OR (release_at IS NOT NULL)))",
  staff_import_status_known:
    "CHECK ((status = ANY (ARRAY['preview'::text, 'scheduled'::text, 'applied'::text, 'cancelled'::text])))",
  step_conductor_rule_known: "CHECK ((conductor_rule = ANY (ARRAY['record_date'::text, 'present'::text])))",
  step_kind_known:
    "CHECK ((kind = ANY (ARRAY['goal'::text, 'mid'::text, 'evaluation'::text, 'feedback'::text, 'other'::text])))",
  step_minutes_positive: 'CHECK ((minutes > 0))',
  step_opens_before_deadline: 'CHECK ((opens_on <= deadline))',
  step_status_known: "CHECK ((status = ANY (ARRAY['open'::text, 'cancelled'::text])))",
  suits_preference_known: 'CHECK ((preference = ANY (ARRAY[1, 2])))',
  survey_answer_applied_scale: 'CHECK (((applied >= 1) AND (applied <= 5)))',
  survey_answer_useful_scale: 'CHECK (((useful >= 1) AND (useful <= 5)))',
  training_import_applied_has_time: "CHECK (((status = 'applied'::text) = (applied_at IS NOT NULL)))",
  training_import_kind_known:
    "CHECK ((kind = ANY (ARRAY['plan'::text, 'roster'::text, 'completions'::text])))",
  training_import_rows_erased: "CHECK (((status = 'preview'::text) OR (rows IS NULL)))",
  training_import_status_known:
    "CHECK ((status = ANY (ARRAY['preview'::text, 'applied'::text, 'cancelled'::text])))",
}

/** Indexes over a part of a table; the unique ones are rules. */
export const partialIndexes: Record<string, string> = {
  broadcast_due:
    "CREATE INDEX broadcast_due ON public.broadcast USING btree (id) WHERE (status = ANY (ARRAY['scheduled'::text, 'sending'::text]))",
  broadcast_recipient_unplanned:
    'CREATE INDEX broadcast_recipient_unplanned ON public.broadcast_recipient USING btree (broadcast_id, person_id) WHERE (NOT planned)',
  deadline_request_one_asked:
    "CREATE UNIQUE INDEX deadline_request_one_asked ON public.deadline_request USING btree (interview_id) WHERE (status = 'asked'::text)",
  draw_one_live:
    "CREATE UNIQUE INDEX draw_one_live ON public.draw USING btree (course_id) WHERE (status <> 'discarded'::text)",
  handover_one_open:
    "CREATE UNIQUE INDEX handover_one_open ON public.handover USING btree (section_id, from_id, to_id) WHERE (status = 'open'::text)",
  gathering_round_one_draft:
    "CREATE UNIQUE INDEX gathering_round_one_draft ON public.gathering_round USING btree (series_id) WHERE (status = 'draft'::text)",
  interview_one_live:
    "CREATE UNIQUE INDEX interview_one_live ON public.interview USING btree (step_id, person_id, COALESCE(post_id, 0)) WHERE ((step_id IS NOT NULL) AND (status <> 'cancelled'::text))",
  mentoring_pair_one_live:
    "CREATE UNIQUE INDEX mentoring_pair_one_live ON public.mentoring_pair USING btree (programme_id, mentee_id) WHERE (status = ANY (ARRAY['proposed'::text, 'offered'::text, 'active'::text]))",
  notice_due:
    "CREATE INDEX notice_due ON public.notice USING btree (due_at) WHERE (status = 'planned'::text)",
  notice_failed:
    "CREATE INDEX notice_failed ON public.notice USING btree (recipient_id) WHERE (status = 'failed'::text)",
  notice_outbox:
    'CREATE INDEX notice_outbox ON public.notice USING btree (outbox_id) WHERE (outbox_id IS NOT NULL)',
  notice_told:
    "CREATE INDEX notice_told ON public.notice USING btree (recipient_id, settled_at) WHERE (status = ANY (ARRAY['sent'::text, 'failed'::text]))",
  one_on_one_one_live:
    "CREATE UNIQUE INDEX one_on_one_one_live ON public.one_on_one USING btree (kind, lead_id, member_id) WHERE (status <> 'ended'::text)",
  outbox_open:
    'CREATE INDEX outbox_open ON public.outbox USING btree (priority, id) WHERE (settled_at IS NULL)',
  outbox_open_of:
    'CREATE INDEX outbox_open_of ON public.outbox USING btree (recipient_id) WHERE (settled_at IS NULL)',
  sign_up_offer:
    "CREATE INDEX sign_up_offer ON public.sign_up USING btree (offer_until) WHERE (status = 'offered'::text)",
  sign_up_one_live:
    "CREATE UNIQUE INDEX sign_up_one_live ON public.sign_up USING btree (course_id, person_id) WHERE (status <> ALL (ARRAY['declined'::text, 'cancelled'::text, 'absent'::text, 'partly'::text]))",
}

/** Triggers, the audit trail above all. */
export const triggers: Record<string, string> = {
  audit_append_only:
    'CREATE TRIGGER audit_append_only BEFORE DELETE OR UPDATE ON public.audit FOR EACH ROW EXECUTE FUNCTION audit_refuse_change()',
  audit_not_emptied:
    'CREATE TRIGGER audit_not_emptied BEFORE TRUNCATE ON public.audit FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse_change()',
}

-- Written by hand: what Prisma's schema language cannot say. src/db/drift.test.ts holds every line of it, so that a
-- rule that is lost or changed by a later migration fails a test.
-- Days are half open: [valid_from, valid_to) is the first day it holds and the first day it no longer does.

CREATE EXTENSION IF NOT EXISTS btree_gist;

---------------------------------------------------------------------------------------------------------------------
-- Never two at once
---------------------------------------------------------------------------------------------------------------------

ALTER TABLE booking
  ADD CONSTRAINT booking_no_overlap EXCLUDE USING gist (person_id WITH =, tstzrange(starts_at, ends_at) WITH &&)
    WHERE (exclusive AND status = 'booked');

ALTER TABLE slot
  ADD CONSTRAINT slot_no_overlap EXCLUDE USING gist (owner_id WITH =, tstzrange(starts_at, ends_at) WITH &&)
    WHERE (status IN ('offered', 'taken', 'arranging'));

ALTER TABLE post
  ADD CONSTRAINT post_one_main EXCLUDE USING gist (person_id WITH =, daterange(valid_from, valid_to) WITH &&)
    WHERE (main);

ALTER TABLE route
  ADD CONSTRAINT route_one_of_person EXCLUDE USING gist
    (subject_person_id WITH =, role WITH =, daterange(valid_from, valid_to) WITH &&)
    WHERE (subject_person_id IS NOT NULL),
  ADD CONSTRAINT route_one_of_section EXCLUDE USING gist
    (subject_section_id WITH =, role WITH =, daterange(valid_from, valid_to) WITH &&)
    WHERE (subject_section_id IS NOT NULL);

ALTER TABLE section
  ADD CONSTRAINT section_code_once EXCLUDE USING gist (code WITH =, daterange(valid_from, valid_to) WITH &&);

ALTER TABLE absence
  ADD CONSTRAINT absence_no_overlap EXCLUDE USING gist (person_id WITH =, daterange(from_on, to_on) WITH &&);

---------------------------------------------------------------------------------------------------------------------
-- People's time
---------------------------------------------------------------------------------------------------------------------

ALTER TABLE booking
  ADD CONSTRAINT booking_status_known CHECK (status IN ('booked', 'released')),
  ADD CONSTRAINT booking_has_length CHECK (starts_at < ends_at);

---------------------------------------------------------------------------------------------------------------------
-- Directory
---------------------------------------------------------------------------------------------------------------------

ALTER TABLE calendar
  ADD CONSTRAINT calendar_weekdays_known CHECK (weekdays <@ ARRAY[1, 2, 3, 4, 5, 6, 7]),
  ADD CONSTRAINT calendar_opens_at_time CHECK (opens_at ~ '^([01][0-9]|2[0-3]):[0-5][0-9]$'),
  ADD CONSTRAINT calendar_closes_at_time CHECK (closes_at ~ '^(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$');

ALTER TABLE grade
  ADD CONSTRAINT grade_rank_positive CHECK (rank > 0);

ALTER TABLE section
  ADD CONSTRAINT section_has_days CHECK (valid_to > valid_from),
  ADD CONSTRAINT section_not_own_parent CHECK (parent_id <> id);

ALTER TABLE person
  ADD CONSTRAINT person_language_known CHECK (language IN ('ja', 'en')),
  ADD CONSTRAINT person_email_lower CHECK (email = lower(email));

ALTER TABLE post
  ADD CONSTRAINT post_has_days CHECK (valid_to > valid_from);

ALTER TABLE route
  ADD CONSTRAINT route_role_known
    CHECK (role IN ('supervisor', 'assistant', 'first', 'second', 'adjuster', 'decider')),
  ADD CONSTRAINT route_one_subject CHECK (num_nonnulls(subject_person_id, subject_section_id) = 1),
  ADD CONSTRAINT route_has_days CHECK (valid_to > valid_from);

ALTER TABLE absence
  ADD CONSTRAINT absence_kind_known CHECK (kind IN ('leave', 'secondment', 'other')),
  ADD CONSTRAINT absence_has_days CHECK (to_on > from_on),
  ADD CONSTRAINT absence_deputy_other CHECK (deputy_id <> person_id);

ALTER TABLE identity
  ADD CONSTRAINT identity_platform_known CHECK (platform IN ('playground', 'slack', 'teams', 'email')),
  ADD CONSTRAINT identity_state_known CHECK (state IN ('active', 'blocked', 'uninstalled', 'left'));

ALTER TABLE role_grant
  ADD CONSTRAINT role_grant_role_known CHECK (role IN ('admin', 'hr', 'training', 'clerk')),
  ADD CONSTRAINT role_grant_has_days CHECK (valid_to > valid_from);

ALTER TABLE staff_import
  ADD CONSTRAINT staff_import_status_known CHECK (status IN ('preview', 'scheduled', 'applied', 'cancelled')),
  ADD CONSTRAINT staff_import_scheduled_has_release CHECK (status <> 'scheduled' OR release_at IS NOT NULL),
  ADD CONSTRAINT staff_import_applied_has_time CHECK ((status = 'applied') = (applied_at IS NOT NULL)),
  ADD CONSTRAINT staff_import_rows_erased CHECK (status NOT IN ('applied', 'cancelled') OR rows IS NULL);

---------------------------------------------------------------------------------------------------------------------
-- Evaluation interviews
---------------------------------------------------------------------------------------------------------------------

ALTER TABLE cycle
  ADD CONSTRAINT cycle_kind_known CHECK (kind IN ('performance', 'ability', 'both')),
  ADD CONSTRAINT cycle_status_known CHECK (status IN ('draft', 'open', 'closed', 'cancelled')),
  ADD CONSTRAINT cycle_has_days CHECK (starts_on < ends_on),
  ADD CONSTRAINT cycle_generation_positive CHECK (generation > 0);

ALTER TABLE step
  ADD CONSTRAINT step_kind_known CHECK (kind IN ('goal', 'mid', 'evaluation', 'feedback', 'other')),
  ADD CONSTRAINT step_conductor_rule_known CHECK (conductor_rule IN ('record_date', 'present')),
  ADD CONSTRAINT step_status_known CHECK (status IN ('open', 'cancelled')),
  ADD CONSTRAINT step_minutes_positive CHECK (minutes > 0),
  ADD CONSTRAINT step_opens_before_deadline CHECK (opens_on <= deadline);

ALTER TABLE interview
  ADD CONSTRAINT interview_kind_known CHECK (kind IN ('step', 'development', 'return')),
  ADD CONSTRAINT interview_status_known
    CHECK (status IN ('waiting', 'booked', 'held', 'unclear', 'suspended', 'exempt', 'cancelled')),
  ADD CONSTRAINT interview_step_by_kind CHECK ((kind = 'step') = (step_id IS NOT NULL)),
  ADD CONSTRAINT interview_booked_has_meeting CHECK (status <> 'booked' OR meeting_id IS NOT NULL),
  ADD CONSTRAINT interview_open_has_no_meeting
    CHECK (status NOT IN ('waiting', 'suspended', 'exempt', 'cancelled') OR meeting_id IS NULL),
  ADD CONSTRAINT interview_held_has_day CHECK (status <> 'held' OR held_on IS NOT NULL),
  ADD CONSTRAINT interview_version_positive CHECK (version > 0),
  ADD CONSTRAINT interview_generation_positive CHECK (generation > 0),
  ADD CONSTRAINT interview_not_own_follow_up CHECK (follows_id <> id);

-- One live interview a person, step and post; a cancelled one may be followed by a new one.
CREATE UNIQUE INDEX interview_one_live ON interview (step_id, person_id, coalesce(post_id, 0))
  WHERE step_id IS NOT NULL AND status <> 'cancelled';

-- A conductor may be replaced on the very day that the row began, hence >= here.
ALTER TABLE participant
  ADD CONSTRAINT participant_role_known CHECK (role IN ('conductor', 'observer')),
  ADD CONSTRAINT participant_has_days CHECK (to_on >= from_on);

ALTER TABLE slot
  ADD CONSTRAINT slot_status_known CHECK (status IN ('offered', 'taken', 'withdrawn', 'arranging')),
  ADD CONSTRAINT slot_has_length CHECK (starts_at < ends_at),
  ADD CONSTRAINT slot_taken_has_meeting CHECK ((status = 'taken') = (meeting_id IS NOT NULL)),
  ADD CONSTRAINT slot_arranging_has_arrangement CHECK (status <> 'arranging' OR arrangement_id IS NOT NULL);

ALTER TABLE meeting
  ADD CONSTRAINT meeting_status_known CHECK (status IN ('booked', 'released', 'held')),
  ADD CONSTRAINT meeting_has_length CHECK (starts_at < ends_at);

ALTER TABLE confirmation
  ADD CONSTRAINT confirmation_answer_known CHECK (answer IN ('held', 'moved', 'not_held'));

ALTER TABLE arrangement
  ADD CONSTRAINT arrangement_status_known CHECK (status IN ('collecting', 'proposed', 'accepted', 'cancelled')),
  ADD CONSTRAINT arrangement_proposed_has_proposal
    CHECK (status NOT IN ('proposed', 'accepted') OR proposal IS NOT NULL);

ALTER TABLE suits
  ADD CONSTRAINT suits_preference_known CHECK (preference IN (1, 2));

ALTER TABLE deadline_request
  ADD CONSTRAINT deadline_request_status_known CHECK (status IN ('asked', 'granted', 'declined', 'withdrawn')),
  ADD CONSTRAINT deadline_request_settled_has_time CHECK ((status = 'asked') = (settled_at IS NULL)),
  ADD CONSTRAINT deadline_request_settled_by_someone
    CHECK (status NOT IN ('granted', 'declined') OR settled_by_id IS NOT NULL);

CREATE UNIQUE INDEX deadline_request_one_asked ON deadline_request (interview_id) WHERE status = 'asked';

---------------------------------------------------------------------------------------------------------------------
-- Delivery and intake
---------------------------------------------------------------------------------------------------------------------

ALTER TABLE notice
  ADD CONSTRAINT notice_status_known
    CHECK (status IN ('planned', 'queued', 'sent', 'obsolete', 'cancelled', 'failed')),
  ADD CONSTRAINT notice_planned_has_no_outbox CHECK (status <> 'planned' OR outbox_id IS NULL),
  ADD CONSTRAINT notice_queued_has_outbox CHECK (status <> 'queued' OR outbox_id IS NOT NULL),
  ADD CONSTRAINT notice_settled_has_time CHECK ((status IN ('planned', 'queued')) = (settled_at IS NULL));

CREATE INDEX notice_due ON notice (due_at) WHERE status = 'planned';

ALTER TABLE outbox
  ADD CONSTRAINT outbox_status_known
    CHECK (status IN ('waiting', 'claimed', 'sent', 'refused', 'unknown', 'obsolete', 'dead')),
  ADD CONSTRAINT outbox_priority_known CHECK (priority IN (0, 1, 2, 3)),
  ADD CONSTRAINT outbox_platform_known CHECK (platform IN ('playground', 'slack', 'teams', 'email')),
  ADD CONSTRAINT outbox_claimed_has_lease CHECK (status <> 'claimed' OR leased_until IS NOT NULL),
  ADD CONSTRAINT outbox_settled_has_time
    CHECK ((status IN ('waiting', 'claimed', 'unknown')) = (settled_at IS NULL)),
  ADD CONSTRAINT outbox_refused_has_reason CHECK (status NOT IN ('refused', 'dead') OR reason IS NOT NULL),
  ADD CONSTRAINT outbox_counts CHECK (fence >= 0 AND attempts >= 0);

CREATE INDEX outbox_next ON outbox (priority, next_at) WHERE status IN ('waiting', 'unknown');
CREATE INDEX outbox_lease ON outbox (leased_until) WHERE status = 'claimed';

ALTER TABLE inbox
  ADD CONSTRAINT inbox_platform_known CHECK (platform IN ('playground', 'slack', 'teams', 'email')),
  ADD CONSTRAINT inbox_type_known
    CHECK (type IN ('command', 'message', 'click', 'submit', 'home', 'file', 'installed', 'uninstalled')),
  ADD CONSTRAINT inbox_status_known CHECK (status IN ('received', 'done', 'failed')),
  ADD CONSTRAINT inbox_done_is_erased CHECK (status <> 'done' OR (payload IS NULL AND done_at IS NOT NULL));

---------------------------------------------------------------------------------------------------------------------
-- The audit trail is append only, but for retention (and restoring a backup), which says so in its transaction
---------------------------------------------------------------------------------------------------------------------

ALTER TABLE audit
  ADD CONSTRAINT audit_via_known CHECK (via IN ('chat', 'cli', 'system'));

CREATE FUNCTION audit_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF current_setting('hagukumi.retention', true) = 'on' THEN
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD WHEN 'UPDATE' THEN NEW END;
  END IF;
  RAISE EXCEPTION 'audit is append only' USING ERRCODE = 'insufficient_privilege';
END
$$;

CREATE TRIGGER audit_append_only BEFORE UPDATE OR DELETE ON audit
  FOR EACH ROW EXECUTE FUNCTION audit_refuse_change();
CREATE TRIGGER audit_not_emptied BEFORE TRUNCATE ON audit
  FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse_change();

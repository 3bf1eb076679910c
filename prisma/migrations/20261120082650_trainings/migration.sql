-- CreateTable
CREATE TABLE "course" (
    "id" SERIAL NOT NULL,
    "fiscal_year" INTEGER NOT NULL,
    "code" TEXT NOT NULL,
    "series" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "name_en" TEXT NOT NULL DEFAULT '',
    "kind" TEXT NOT NULL,
    "aims" TEXT NOT NULL DEFAULT '',
    "teachers" TEXT NOT NULL DEFAULT '',
    "materials_url" TEXT NOT NULL DEFAULT '',
    "target" JSONB,
    "nomination" JSONB,
    "mandatory" BOOLEAN NOT NULL DEFAULT false,
    "approval_needed" BOOLEAN NOT NULL DEFAULT true,
    "selection" TEXT NOT NULL DEFAULT 'first_come',
    "priority" JSONB,
    "opens_on" DATE NOT NULL,
    "closes_on" DATE NOT NULL,
    "deadline" DATE,
    "minutes" INTEGER,
    "survey_wanted" BOOLEAN NOT NULL DEFAULT false,
    "report_days" INTEGER,
    "section_id" INTEGER,
    "lecturer_section_id" INTEGER,
    "lecturer_confirmed_at" TIMESTAMPTZ(3),
    "status" TEXT NOT NULL DEFAULT 'draft',
    "version" INTEGER NOT NULL DEFAULT 1,

    CONSTRAINT "course_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "course_session" (
    "id" SERIAL NOT NULL,
    "course_id" INTEGER NOT NULL,
    "ordinal" INTEGER NOT NULL,
    "starts_at" TIMESTAMPTZ(3) NOT NULL,
    "ends_at" TIMESTAMPTZ(3) NOT NULL,
    "place" TEXT NOT NULL DEFAULT '',
    "url" TEXT NOT NULL DEFAULT '',
    "status" TEXT NOT NULL DEFAULT 'planned',
    "version" INTEGER NOT NULL DEFAULT 1,

    CONSTRAINT "course_session_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "seat" (
    "session_id" INTEGER NOT NULL,
    "number" INTEGER NOT NULL,

    CONSTRAINT "seat_pkey" PRIMARY KEY ("session_id","number")
);

-- CreateTable
CREATE TABLE "sign_up" (
    "id" SERIAL NOT NULL,
    "course_id" INTEGER NOT NULL,
    "person_id" INTEGER NOT NULL,
    "session_id" INTEGER,
    "seat_number" INTEGER,
    "status" TEXT NOT NULL,
    "mandatory" BOOLEAN NOT NULL DEFAULT false,
    "reason" TEXT,
    "approver_id" INTEGER,
    "decided_by_id" INTEGER,
    "decided_at" TIMESTAMPTZ(3),
    "decline_reason" TEXT NOT NULL DEFAULT '',
    "cancel_reason" TEXT,
    "applied_at" TIMESTAMPTZ(3),
    "queue_rank" INTEGER,
    "offer_until" TIMESTAMPTZ(3),
    "excused" BOOLEAN,
    "done_on" DATE,
    "survey_answered" BOOLEAN NOT NULL DEFAULT false,
    "quiet_until" DATE,
    "version" INTEGER NOT NULL DEFAULT 1,

    CONSTRAINT "sign_up_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "sign_up_wish" (
    "sign_up_id" INTEGER NOT NULL,
    "rank" INTEGER NOT NULL,
    "session_id" INTEGER NOT NULL,

    CONSTRAINT "sign_up_wish_pkey" PRIMARY KEY ("sign_up_id","rank")
);

-- CreateTable
CREATE TABLE "nomination" (
    "id" SERIAL NOT NULL,
    "course_id" INTEGER NOT NULL,
    "person_id" INTEGER NOT NULL,
    "reason" TEXT NOT NULL,
    "status" TEXT NOT NULL DEFAULT 'proposed',
    "proposed_on" DATE NOT NULL,
    "settled_at" TIMESTAMPTZ(3),
    "settled_by_id" INTEGER,

    CONSTRAINT "nomination_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "draw" (
    "id" SERIAL NOT NULL,
    "course_id" INTEGER NOT NULL,
    "status" TEXT NOT NULL DEFAULT 'committed',
    "commitment" TEXT NOT NULL,
    "seed" TEXT NOT NULL,
    "committed_at" TIMESTAMPTZ(3) NOT NULL,
    "drawn_at" TIMESTAMPTZ(3),
    "published_at" TIMESTAMPTZ(3),
    "result" JSONB,

    CONSTRAINT "draw_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "attendance_code" (
    "id" SERIAL NOT NULL,
    "session_id" INTEGER NOT NULL,
    "salt" TEXT NOT NULL,
    "hash" TEXT NOT NULL,
    "valid_from" TIMESTAMPTZ(3) NOT NULL,
    "valid_until" TIMESTAMPTZ(3) NOT NULL,
    "created_by_id" INTEGER NOT NULL,
    "revoked_at" TIMESTAMPTZ(3),

    CONSTRAINT "attendance_code_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "code_tries" (
    "person_id" INTEGER NOT NULL,
    "since" TIMESTAMPTZ(3) NOT NULL,
    "wrong" INTEGER NOT NULL DEFAULT 1,

    CONSTRAINT "code_tries_pkey" PRIMARY KEY ("person_id")
);

-- CreateTable
CREATE TABLE "survey_answer" (
    "id" UUID NOT NULL,
    "course_id" INTEGER NOT NULL,
    "session_id" INTEGER,
    "useful" INTEGER NOT NULL,
    "applied" INTEGER NOT NULL,
    "comment" TEXT NOT NULL DEFAULT '',

    CONSTRAINT "survey_answer_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "report" (
    "sign_up_id" INTEGER NOT NULL,
    "due_on" DATE NOT NULL,
    "submitted_on" DATE,
    "url" TEXT NOT NULL DEFAULT '',

    CONSTRAINT "report_pkey" PRIMARY KEY ("sign_up_id")
);

-- CreateTable
CREATE TABLE "self_development_budget" (
    "fiscal_year" INTEGER NOT NULL,
    "yen" INTEGER NOT NULL,
    "granted_yen" INTEGER NOT NULL DEFAULT 0,

    CONSTRAINT "self_development_budget_pkey" PRIMARY KEY ("fiscal_year")
);

-- CreateTable
CREATE TABLE "self_development" (
    "id" SERIAL NOT NULL,
    "fiscal_year" INTEGER NOT NULL,
    "person_id" INTEGER NOT NULL,
    "kind" TEXT NOT NULL,
    "title" TEXT NOT NULL,
    "from_on" DATE NOT NULL,
    "to_on" DATE NOT NULL,
    "asked_yen" INTEGER NOT NULL DEFAULT 0,
    "granted_yen" INTEGER NOT NULL DEFAULT 0,
    "status" TEXT NOT NULL,
    "approver_id" INTEGER,
    "decided_by_id" INTEGER,
    "decided_at" TIMESTAMPTZ(3),
    "decline_reason" TEXT NOT NULL DEFAULT '',
    "result" TEXT NOT NULL DEFAULT '',
    "result_url" TEXT NOT NULL DEFAULT '',
    "applied_at" TIMESTAMPTZ(3) NOT NULL,
    "version" INTEGER NOT NULL DEFAULT 1,

    CONSTRAINT "self_development_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "training_import" (
    "id" SERIAL NOT NULL,
    "kind" TEXT NOT NULL,
    "course_id" INTEGER,
    "status" TEXT NOT NULL DEFAULT 'preview',
    "file_name" TEXT NOT NULL,
    "file_hash" TEXT NOT NULL,
    "rows" JSONB,
    "summary" JSONB NOT NULL,
    "created_by_id" INTEGER NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "applied_at" TIMESTAMPTZ(3),

    CONSTRAINT "training_import_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "course_series_idx" ON "course"("series");

-- CreateIndex
CREATE UNIQUE INDEX "course_fiscal_year_code_key" ON "course"("fiscal_year", "code");

-- CreateIndex
CREATE INDEX "course_session_status_starts_at_idx" ON "course_session"("status", "starts_at");

-- CreateIndex
CREATE UNIQUE INDEX "course_session_course_id_ordinal_key" ON "course_session"("course_id", "ordinal");

-- CreateIndex
CREATE INDEX "sign_up_course_id_status_idx" ON "sign_up"("course_id", "status");

-- CreateIndex
CREATE INDEX "sign_up_person_id_status_idx" ON "sign_up"("person_id", "status");

-- CreateIndex
CREATE INDEX "sign_up_approver_id_status_idx" ON "sign_up"("approver_id", "status");

-- CreateIndex
CREATE UNIQUE INDEX "sign_up_session_id_seat_number_key" ON "sign_up"("session_id", "seat_number");

-- CreateIndex
CREATE UNIQUE INDEX "sign_up_wish_sign_up_id_session_id_key" ON "sign_up_wish"("sign_up_id", "session_id");

-- CreateIndex
CREATE INDEX "nomination_status_course_id_idx" ON "nomination"("status", "course_id");

-- CreateIndex
CREATE UNIQUE INDEX "nomination_course_id_person_id_key" ON "nomination"("course_id", "person_id");

-- CreateIndex
CREATE INDEX "draw_course_id_status_idx" ON "draw"("course_id", "status");

-- CreateIndex
CREATE INDEX "attendance_code_valid_until_idx" ON "attendance_code"("valid_until");

-- CreateIndex
CREATE INDEX "survey_answer_course_id_idx" ON "survey_answer"("course_id");

-- CreateIndex
CREATE INDEX "report_due_on_idx" ON "report"("due_on");

-- CreateIndex
CREATE INDEX "self_development_person_id_status_idx" ON "self_development"("person_id", "status");

-- CreateIndex
CREATE INDEX "self_development_approver_id_status_idx" ON "self_development"("approver_id", "status");

-- CreateIndex
CREATE INDEX "self_development_fiscal_year_status_idx" ON "self_development"("fiscal_year", "status");

-- AddForeignKey
ALTER TABLE "course_session" ADD CONSTRAINT "course_session_course_id_fkey" FOREIGN KEY ("course_id") REFERENCES "course"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "seat" ADD CONSTRAINT "seat_session_id_fkey" FOREIGN KEY ("session_id") REFERENCES "course_session"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "sign_up" ADD CONSTRAINT "sign_up_course_id_fkey" FOREIGN KEY ("course_id") REFERENCES "course"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "sign_up" ADD CONSTRAINT "sign_up_session_id_fkey" FOREIGN KEY ("session_id") REFERENCES "course_session"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "sign_up" ADD CONSTRAINT "sign_up_session_id_seat_number_fkey" FOREIGN KEY ("session_id", "seat_number") REFERENCES "seat"("session_id", "number") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "sign_up_wish" ADD CONSTRAINT "sign_up_wish_sign_up_id_fkey" FOREIGN KEY ("sign_up_id") REFERENCES "sign_up"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "sign_up_wish" ADD CONSTRAINT "sign_up_wish_session_id_fkey" FOREIGN KEY ("session_id") REFERENCES "course_session"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "nomination" ADD CONSTRAINT "nomination_course_id_fkey" FOREIGN KEY ("course_id") REFERENCES "course"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "draw" ADD CONSTRAINT "draw_course_id_fkey" FOREIGN KEY ("course_id") REFERENCES "course"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "attendance_code" ADD CONSTRAINT "attendance_code_session_id_fkey" FOREIGN KEY ("session_id") REFERENCES "course_session"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "survey_answer" ADD CONSTRAINT "survey_answer_course_id_fkey" FOREIGN KEY ("course_id") REFERENCES "course"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "survey_answer" ADD CONSTRAINT "survey_answer_session_id_fkey" FOREIGN KEY ("session_id") REFERENCES "course_session"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "report" ADD CONSTRAINT "report_sign_up_id_fkey" FOREIGN KEY ("sign_up_id") REFERENCES "sign_up"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "self_development" ADD CONSTRAINT "self_development_fiscal_year_fkey" FOREIGN KEY ("fiscal_year") REFERENCES "self_development_budget"("fiscal_year") ON DELETE RESTRICT ON UPDATE CASCADE;

-- What Prisma cannot say.

ALTER TABLE course
  ADD CONSTRAINT course_kind_known CHECK (kind IN
    ('grade', 'mandatory', 'specialist', 'dispatch', 'ojt', 'elearning', 'career', 'dx', 'lecture')),
  ADD CONSTRAINT course_selection_known CHECK (selection IN ('first_come', 'lottery', 'hr')),
  ADD CONSTRAINT course_status_known CHECK (status IN ('draft', 'published', 'closed', 'cancelled')),
  ADD CONSTRAINT course_window_has_days CHECK (opens_on <= closes_on),
  ADD CONSTRAINT course_minutes_positive CHECK (minutes > 0),
  ADD CONSTRAINT course_report_days_positive CHECK (report_days > 0),
  ADD CONSTRAINT course_version_positive CHECK (version > 0);

ALTER TABLE course_session
  ADD CONSTRAINT course_session_status_known CHECK (status IN ('planned', 'held', 'cancelled')),
  ADD CONSTRAINT course_session_has_length CHECK (starts_at < ends_at),
  ADD CONSTRAINT course_session_version_positive CHECK (version > 0);

ALTER TABLE seat ADD CONSTRAINT seat_number_positive CHECK (number > 0);

-- A seat is held exactly by those who have or are offered a place in a session; whoever waits, was refused or has
-- cancelled holds none. While a supervisor is asked, and of those who were nominated, some do and some do not; of past
-- sessions some came without one (a roster of an academy).
ALTER TABLE sign_up
  ADD CONSTRAINT sign_up_status_known CHECK (status IN
    ('nominated', 'awaiting_approval', 'applied', 'confirmed', 'offered', 'waitlisted', 'declined', 'cancelled',
     'attended', 'partly', 'absent', 'completed')),
  ADD CONSTRAINT sign_up_seat_in_session CHECK (seat_number IS NULL OR session_id IS NOT NULL),
  ADD CONSTRAINT sign_up_confirmed_has_seat
    CHECK (status <> 'confirmed' OR session_id IS NULL OR seat_number IS NOT NULL),
  ADD CONSTRAINT sign_up_offered_has_seat
    CHECK (status <> 'offered' OR (seat_number IS NOT NULL AND offer_until IS NOT NULL)),
  ADD CONSTRAINT sign_up_waiting_has_no_seat
    CHECK (status NOT IN ('applied', 'waitlisted', 'declined', 'cancelled') OR seat_number IS NULL),
  ADD CONSTRAINT sign_up_waitlisted_has_session CHECK (status <> 'waitlisted' OR session_id IS NOT NULL),
  ADD CONSTRAINT sign_up_offer_only_offered CHECK (status = 'offered' OR offer_until IS NULL),
  ADD CONSTRAINT sign_up_excused_only_absent CHECK ((status IN ('absent', 'partly')) OR excused IS NULL),
  ADD CONSTRAINT sign_up_done_has_day CHECK (status NOT IN ('attended', 'completed') OR done_on IS NOT NULL),
  ADD CONSTRAINT sign_up_cancelled_has_reason CHECK ((status = 'cancelled') = (cancel_reason IS NOT NULL)),
  ADD CONSTRAINT sign_up_version_positive CHECK (version > 0);

-- One live sign-up a person and course; whoever was refused, has cancelled or was not (all) there may come again.
CREATE UNIQUE INDEX sign_up_one_live ON sign_up (course_id, person_id)
  WHERE status NOT IN ('declined', 'cancelled', 'absent', 'partly');
-- Offers that run out.
CREATE INDEX sign_up_offer ON sign_up (offer_until) WHERE status = 'offered';

ALTER TABLE sign_up_wish ADD CONSTRAINT sign_up_wish_rank_positive CHECK (rank > 0);

ALTER TABLE nomination
  ADD CONSTRAINT nomination_status_known CHECK (status IN ('proposed', 'accepted', 'dismissed', 'withdrawn')),
  ADD CONSTRAINT nomination_settled_has_time CHECK ((status = 'proposed') = (settled_at IS NULL));

ALTER TABLE draw
  ADD CONSTRAINT draw_status_known CHECK (status IN ('committed', 'drawn', 'published', 'discarded')),
  ADD CONSTRAINT draw_drawn_has_result
    CHECK (status NOT IN ('drawn', 'published') OR (drawn_at IS NOT NULL AND result IS NOT NULL)),
  ADD CONSTRAINT draw_published_has_time CHECK ((status = 'published') = (published_at IS NOT NULL)),
  ADD CONSTRAINT draw_commitment_is_hash CHECK (commitment ~ '^[0-9a-f]{64}$');
-- One draw at a time; one that was discarded may be followed by another.
CREATE UNIQUE INDEX draw_one_live ON draw (course_id) WHERE status <> 'discarded';

ALTER TABLE attendance_code ADD CONSTRAINT attendance_code_has_length CHECK (valid_from < valid_until);
ALTER TABLE code_tries ADD CONSTRAINT code_tries_positive CHECK (wrong > 0);

ALTER TABLE survey_answer
  ADD CONSTRAINT survey_answer_useful_scale CHECK (useful BETWEEN 1 AND 5),
  ADD CONSTRAINT survey_answer_applied_scale CHECK (applied BETWEEN 1 AND 5);

ALTER TABLE self_development_budget
  ADD CONSTRAINT self_development_budget_kept CHECK (granted_yen >= 0 AND granted_yen <= yen);

ALTER TABLE self_development
  ADD CONSTRAINT self_development_kind_known CHECK (kind IN ('subsidy', 'leave')),
  ADD CONSTRAINT self_development_status_known
    CHECK (status IN ('awaiting_approval', 'awaiting_hr', 'granted', 'declined', 'withdrawn', 'done')),
  ADD CONSTRAINT self_development_has_days CHECK (from_on <= to_on),
  ADD CONSTRAINT self_development_yen CHECK (asked_yen >= 0 AND granted_yen >= 0),
  ADD CONSTRAINT self_development_granted_only CHECK (status IN ('granted', 'done') OR granted_yen = 0),
  ADD CONSTRAINT self_development_version_positive CHECK (version > 0);

ALTER TABLE training_import
  ADD CONSTRAINT training_import_kind_known CHECK (kind IN ('plan', 'roster', 'completions')),
  ADD CONSTRAINT training_import_status_known CHECK (status IN ('preview', 'applied', 'cancelled')),
  ADD CONSTRAINT training_import_applied_has_time CHECK ((status = 'applied') = (applied_at IS NOT NULL)),
  ADD CONSTRAINT training_import_rows_erased CHECK (status = 'preview' OR rows IS NULL);

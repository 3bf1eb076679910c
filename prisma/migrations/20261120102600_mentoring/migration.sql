-- CreateTable
CREATE TABLE "mentoring_programme" (
    "id" SERIAL NOT NULL,
    "kind" TEXT NOT NULL DEFAULT 'mentor',
    "name" TEXT NOT NULL,
    "section_id" INTEGER,
    "coordinator_id" INTEGER NOT NULL,
    "contact_id" INTEGER,
    "status" TEXT NOT NULL DEFAULT 'draft',
    "version" INTEGER NOT NULL DEFAULT 1,
    "starts_on" DATE NOT NULL,
    "ends_on" DATE NOT NULL,
    "sign_up_until" DATE,
    "mentee_audience" JSONB,
    "mentor_audience" JSONB,
    "capacity" INTEGER NOT NULL DEFAULT 1,
    "cadence" TEXT NOT NULL DEFAULT 'monthly',
    "topics" TEXT[],
    "styles" TEXT[],
    "times" TEXT[],
    "grades_above" INTEGER,
    "apart_by" INTEGER NOT NULL DEFAULT 0,
    "weights" JSONB NOT NULL,
    "objective" TEXT NOT NULL DEFAULT 'worst-first',
    "accept_days" INTEGER NOT NULL DEFAULT 5,
    "matching_until" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "mentoring_programme_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "mentoring_member" (
    "programme_id" INTEGER NOT NULL,
    "person_id" INTEGER NOT NULL,
    "role" TEXT NOT NULL,
    "status" TEXT NOT NULL DEFAULT 'asked',
    "capacity" INTEGER,
    "sealed" BYTEA,
    "answered_at" TIMESTAMPTZ(3),

    CONSTRAINT "mentoring_member_pkey" PRIMARY KEY ("programme_id","person_id")
);

-- CreateTable
CREATE TABLE "mentoring_pair" (
    "id" SERIAL NOT NULL,
    "programme_id" INTEGER NOT NULL,
    "mentee_id" INTEGER NOT NULL,
    "mentor_id" INTEGER NOT NULL,
    "status" TEXT NOT NULL,
    "version" INTEGER NOT NULL DEFAULT 1,
    "source" TEXT NOT NULL,
    "locked" BOOLEAN NOT NULL DEFAULT false,
    "score" INTEGER,
    "mentee_accepted" BOOLEAN NOT NULL DEFAULT false,
    "mentor_accepted" BOOLEAN NOT NULL DEFAULT false,
    "accept_by" DATE,
    "active_on" DATE,
    "ended_on" DATE,
    "end_reason" TEXT,
    "rematch" BYTEA,

    CONSTRAINT "mentoring_pair_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "mentoring_check_in" (
    "pair_id" INTEGER NOT NULL,
    "person_id" INTEGER NOT NULL,
    "round" TEXT NOT NULL,
    "met" BOOLEAN NOT NULL,
    "answered_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "mentoring_check_in_pkey" PRIMARY KEY ("pair_id","person_id","round")
);

-- CreateTable
CREATE TABLE "mentoring_survey" (
    "programme_id" INTEGER NOT NULL,
    "mark" TEXT NOT NULL,
    "useful" INTEGER NOT NULL,

    CONSTRAINT "mentoring_survey_pkey" PRIMARY KEY ("programme_id","mark")
);

-- CreateIndex
CREATE INDEX "mentoring_member_person_id_idx" ON "mentoring_member"("person_id");

-- CreateIndex
CREATE INDEX "mentoring_pair_programme_id_status_idx" ON "mentoring_pair"("programme_id", "status");

-- CreateIndex
CREATE INDEX "mentoring_pair_mentee_id_idx" ON "mentoring_pair"("mentee_id");

-- CreateIndex
CREATE INDEX "mentoring_pair_mentor_id_idx" ON "mentoring_pair"("mentor_id");

-- AddForeignKey
ALTER TABLE "mentoring_member" ADD CONSTRAINT "mentoring_member_programme_id_fkey" FOREIGN KEY ("programme_id") REFERENCES "mentoring_programme"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "mentoring_pair" ADD CONSTRAINT "mentoring_pair_programme_id_fkey" FOREIGN KEY ("programme_id") REFERENCES "mentoring_programme"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "mentoring_check_in" ADD CONSTRAINT "mentoring_check_in_pair_id_fkey" FOREIGN KEY ("pair_id") REFERENCES "mentoring_pair"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "mentoring_survey" ADD CONSTRAINT "mentoring_survey_programme_id_fkey" FOREIGN KEY ("programme_id") REFERENCES "mentoring_programme"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- States that nobody could read are defects; nobody is their own mentor; a mentee has one live pair in a programme.
ALTER TABLE "mentoring_programme" ADD CONSTRAINT "mentoring_programme_kind_known"
  CHECK ("kind" IN ('mentor', 'handover'));
ALTER TABLE "mentoring_programme" ADD CONSTRAINT "mentoring_programme_status_known"
  CHECK ("status" IN ('draft', 'sign_up', 'running', 'closed', 'cancelled'));
ALTER TABLE "mentoring_programme" ADD CONSTRAINT "mentoring_programme_has_days" CHECK ("starts_on" < "ends_on");
ALTER TABLE "mentoring_programme" ADD CONSTRAINT "mentoring_programme_capacity_positive" CHECK ("capacity" > 0);
ALTER TABLE "mentoring_member" ADD CONSTRAINT "mentoring_member_role_known" CHECK ("role" IN ('mentee', 'mentor'));
ALTER TABLE "mentoring_member" ADD CONSTRAINT "mentoring_member_status_known"
  CHECK ("status" IN ('asked', 'joined', 'not_joining', 'left'));
ALTER TABLE "mentoring_pair" ADD CONSTRAINT "mentoring_pair_status_known"
  CHECK ("status" IN ('proposed', 'offered', 'active', 'declined', 'forbidden', 'ended'));
ALTER TABLE "mentoring_pair" ADD CONSTRAINT "mentoring_pair_source_known" CHECK ("source" IN ('hand', 'solver'));
ALTER TABLE "mentoring_pair" ADD CONSTRAINT "mentoring_pair_of_two" CHECK ("mentee_id" <> "mentor_id");
ALTER TABLE "mentoring_pair" ADD CONSTRAINT "mentoring_pair_ended_has_reason"
  CHECK (("status" = 'ended') = ("ended_on" IS NOT NULL) AND ("status" = 'ended') = ("end_reason" IS NOT NULL));
-- Who declined is nobody's business: what the other side had said goes too.
ALTER TABLE "mentoring_pair" ADD CONSTRAINT "mentoring_pair_declined_tells_nobody"
  CHECK ("status" <> 'declined' OR NOT ("mentee_accepted" OR "mentor_accepted"));
ALTER TABLE "mentoring_check_in" ADD CONSTRAINT "mentoring_check_in_round_known"
  CHECK ("round" IN ('start', 'middle', 'end'));
ALTER TABLE "mentoring_survey" ADD CONSTRAINT "mentoring_survey_scale" CHECK ("useful" BETWEEN 1 AND 5);
CREATE UNIQUE INDEX "mentoring_pair_one_live" ON "mentoring_pair" ("programme_id", "mentee_id")
  WHERE "status" IN ('proposed', 'offered', 'active');
ALTER TABLE "mentoring_programme" ADD CONSTRAINT "mentoring_programme_cadence_known"
  CHECK ("cadence" IN ('weekly', 'biweekly', 'monthly', 'quarterly'));
ALTER TABLE "mentoring_pair" ADD CONSTRAINT "mentoring_pair_end_reason_known"
  CHECK ("end_reason" IN ('finished', 'left', 'rematch', 'coordinator'));

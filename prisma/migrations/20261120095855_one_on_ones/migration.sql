-- CreateTable
CREATE TABLE "one_on_one" (
    "id" SERIAL NOT NULL,
    "kind" TEXT NOT NULL DEFAULT 'line',
    "lead_id" INTEGER NOT NULL,
    "member_id" INTEGER NOT NULL,
    "status" TEXT NOT NULL DEFAULT 'active',
    "paused_until" DATE,
    "cadence" TEXT NOT NULL,
    "weekday" INTEGER NOT NULL,
    "nth" INTEGER NOT NULL DEFAULT 1,
    "starts_on" DATE NOT NULL,
    "time" TEXT NOT NULL,
    "minutes" INTEGER NOT NULL,
    "place" TEXT NOT NULL DEFAULT '',
    "ended_on" DATE,
    "end_reason" TEXT,
    "version" INTEGER NOT NULL DEFAULT 1,

    CONSTRAINT "one_on_one_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "one_on_one_meeting" (
    "id" SERIAL NOT NULL,
    "series_id" INTEGER NOT NULL,
    "due_on" DATE NOT NULL,
    "starts_at" TIMESTAMPTZ(3) NOT NULL,
    "ends_at" TIMESTAMPTZ(3) NOT NULL,
    "status" TEXT NOT NULL DEFAULT 'planned',
    "version" INTEGER NOT NULL DEFAULT 1,

    CONSTRAINT "one_on_one_meeting_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "one_on_one_answer" (
    "meeting_id" INTEGER NOT NULL,
    "person_id" INTEGER NOT NULL,
    "held" BOOLEAN NOT NULL,

    CONSTRAINT "one_on_one_answer_pkey" PRIMARY KEY ("meeting_id","person_id")
);

-- CreateTable
CREATE TABLE "one_on_one_topic" (
    "id" SERIAL NOT NULL,
    "series_id" INTEGER NOT NULL,
    "author_id" INTEGER NOT NULL,
    "sealed" BYTEA NOT NULL,
    "wish" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "done_at" TIMESTAMPTZ(3),

    CONSTRAINT "one_on_one_topic_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "one_on_one_feeling" (
    "meeting_id" INTEGER NOT NULL,
    "person_id" INTEGER NOT NULL,
    "sealed" BYTEA NOT NULL,

    CONSTRAINT "one_on_one_feeling_pkey" PRIMARY KEY ("meeting_id","person_id")
);

-- CreateTable
CREATE TABLE "one_on_one_note" (
    "id" SERIAL NOT NULL,
    "series_id" INTEGER NOT NULL,
    "author_id" INTEGER NOT NULL,
    "sealed" BYTEA NOT NULL,
    "written_at" TIMESTAMPTZ(3) NOT NULL,
    "remove_on" DATE NOT NULL,
    "version" INTEGER NOT NULL DEFAULT 1,

    CONSTRAINT "one_on_one_note_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "ojt_week" (
    "id" SERIAL NOT NULL,
    "series_id" INTEGER NOT NULL,
    "week" INTEGER NOT NULL,
    "topic" TEXT NOT NULL,
    "lead_done" TIMESTAMPTZ(3),
    "member_done" TIMESTAMPTZ(3),

    CONSTRAINT "ojt_week_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "one_on_one_lead_id_idx" ON "one_on_one"("lead_id");

-- CreateIndex
CREATE INDEX "one_on_one_member_id_idx" ON "one_on_one"("member_id");

-- CreateIndex
CREATE INDEX "one_on_one_meeting_starts_at_idx" ON "one_on_one_meeting"("starts_at");

-- CreateIndex
CREATE UNIQUE INDEX "one_on_one_meeting_series_id_due_on_key" ON "one_on_one_meeting"("series_id", "due_on");

-- CreateIndex
CREATE INDEX "one_on_one_topic_series_id_idx" ON "one_on_one_topic"("series_id");

-- CreateIndex
CREATE INDEX "one_on_one_feeling_person_id_idx" ON "one_on_one_feeling"("person_id");

-- CreateIndex
CREATE INDEX "one_on_one_note_series_id_idx" ON "one_on_one_note"("series_id");

-- CreateIndex
CREATE INDEX "one_on_one_note_remove_on_idx" ON "one_on_one_note"("remove_on");

-- CreateIndex
CREATE UNIQUE INDEX "ojt_week_series_id_week_key" ON "ojt_week"("series_id", "week");

-- AddForeignKey
ALTER TABLE "one_on_one_meeting" ADD CONSTRAINT "one_on_one_meeting_series_id_fkey" FOREIGN KEY ("series_id") REFERENCES "one_on_one"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "one_on_one_answer" ADD CONSTRAINT "one_on_one_answer_meeting_id_fkey" FOREIGN KEY ("meeting_id") REFERENCES "one_on_one_meeting"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "one_on_one_topic" ADD CONSTRAINT "one_on_one_topic_series_id_fkey" FOREIGN KEY ("series_id") REFERENCES "one_on_one"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "one_on_one_feeling" ADD CONSTRAINT "one_on_one_feeling_meeting_id_fkey" FOREIGN KEY ("meeting_id") REFERENCES "one_on_one_meeting"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "one_on_one_note" ADD CONSTRAINT "one_on_one_note_series_id_fkey" FOREIGN KEY ("series_id") REFERENCES "one_on_one"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ojt_week" ADD CONSTRAINT "ojt_week_series_id_fkey" FOREIGN KEY ("series_id") REFERENCES "one_on_one"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- What Prisma cannot say
ALTER TABLE one_on_one
  ADD CONSTRAINT one_on_one_kind_known CHECK (kind IN ('line', 'ojt')),
  ADD CONSTRAINT one_on_one_status_known CHECK (status IN ('active', 'paused', 'ended')),
  ADD CONSTRAINT one_on_one_cadence_known CHECK (cadence IN ('weekly', 'biweekly', 'monthly', 'bimonthly', 'quarterly')),
  ADD CONSTRAINT one_on_one_two_people CHECK (lead_id <> member_id),
  ADD CONSTRAINT one_on_one_weekday CHECK (weekday BETWEEN 1 AND 7),
  ADD CONSTRAINT one_on_one_nth CHECK (nth BETWEEN 1 AND 5),
  ADD CONSTRAINT one_on_one_time CHECK (time ~ '^([01][0-9]|2[0-3]):[0-5][0-9]$'),
  ADD CONSTRAINT one_on_one_minutes_positive CHECK (minutes > 0),
  ADD CONSTRAINT one_on_one_version_positive CHECK (version > 0),
  ADD CONSTRAINT one_on_one_paused_has_day CHECK ((status = 'paused') = (paused_until IS NOT NULL)),
  ADD CONSTRAINT one_on_one_ended_has_day CHECK ((status = 'ended') = (ended_on IS NOT NULL AND end_reason IS NOT NULL)),
  ADD CONSTRAINT one_on_one_end_reason_known CHECK (end_reason IN ('asked', 'transfer', 'left'));
CREATE UNIQUE INDEX one_on_one_one_live ON one_on_one (kind, lead_id, member_id) WHERE status <> 'ended';
ALTER TABLE one_on_one_meeting
  ADD CONSTRAINT one_on_one_meeting_status_known CHECK (status IN ('planned', 'unplaced', 'held', 'not_held', 'skipped')),
  ADD CONSTRAINT one_on_one_meeting_has_length CHECK (starts_at < ends_at),
  ADD CONSTRAINT one_on_one_meeting_version_positive CHECK (version > 0);
ALTER TABLE one_on_one_topic
  ADD CONSTRAINT one_on_one_topic_wish_known CHECK (wish IN ('listen', 'advise', 'decide'));
ALTER TABLE one_on_one_note
  ADD CONSTRAINT one_on_one_note_version_positive CHECK (version > 0);
ALTER TABLE ojt_week
  ADD CONSTRAINT ojt_week_positive CHECK (week > 0);

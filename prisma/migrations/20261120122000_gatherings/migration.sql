-- CreateTable
CREATE TABLE "gathering_series" (
    "id" SERIAL NOT NULL,
    "name" TEXT NOT NULL,
    "purpose" TEXT NOT NULL DEFAULT '',
    "section_id" INTEGER,
    "coordinator_id" INTEGER,
    "status" TEXT NOT NULL DEFAULT 'draft',
    "version" INTEGER NOT NULL DEFAULT 1,
    "audience" JSONB,
    "size" INTEGER NOT NULL DEFAULT 4,
    "cadence" TEXT NOT NULL DEFAULT 'monthly',
    "rounds" INTEGER,
    "next_on" DATE NOT NULL,
    "minutes" INTEGER NOT NULL DEFAULT 45,
    "hours" TEXT NOT NULL DEFAULT 'any',
    "place" TEXT NOT NULL DEFAULT '',
    "link" TEXT NOT NULL DEFAULT '',
    "parallel" INTEGER,
    "topics" TEXT[],
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "closed_on" DATE,

    CONSTRAINT "gathering_series_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "gathering_member" (
    "series_id" INTEGER NOT NULL,
    "person_id" INTEGER NOT NULL,
    "status" TEXT NOT NULL DEFAULT 'asked',
    "paused_until" DATE,
    "facilitates" BOOLEAN NOT NULL DEFAULT false,
    "sealed" BYTEA,

    CONSTRAINT "gathering_member_pkey" PRIMARY KEY ("series_id","person_id")
);

-- CreateTable
CREATE TABLE "gathering_round" (
    "id" SERIAL NOT NULL,
    "series_id" INTEGER NOT NULL,
    "number" INTEGER NOT NULL,
    "status" TEXT NOT NULL DEFAULT 'draft',
    "version" INTEGER NOT NULL DEFAULT 1,
    "due_on" DATE NOT NULL,
    "tries" INTEGER NOT NULL DEFAULT 1,
    "repeats" INTEGER NOT NULL,
    "same_department" INTEGER NOT NULL,
    "least_same" INTEGER NOT NULL,

    CONSTRAINT "gathering_round_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "gathering_table" (
    "id" SERIAL NOT NULL,
    "round_id" INTEGER NOT NULL,
    "number" INTEGER NOT NULL,
    "host_id" INTEGER NOT NULL,
    "status" TEXT NOT NULL,
    "starts_at" TIMESTAMPTZ(3),
    "ends_at" TIMESTAMPTZ(3),
    "put_off" BOOLEAN NOT NULL DEFAULT false,
    "version" INTEGER NOT NULL DEFAULT 1,

    CONSTRAINT "gathering_table_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "gathering_seat" (
    "round_id" INTEGER NOT NULL,
    "person_id" INTEGER NOT NULL,
    "table_id" INTEGER NOT NULL,
    "status" TEXT NOT NULL DEFAULT 'coming',

    CONSTRAINT "gathering_seat_pkey" PRIMARY KEY ("round_id","person_id")
);

-- CreateIndex
CREATE INDEX "gathering_member_person_id_idx" ON "gathering_member"("person_id");

-- CreateIndex
CREATE UNIQUE INDEX "gathering_round_series_id_number_key" ON "gathering_round"("series_id", "number");

-- CreateIndex
CREATE INDEX "gathering_table_starts_at_idx" ON "gathering_table"("starts_at");

-- CreateIndex
CREATE UNIQUE INDEX "gathering_table_round_id_number_key" ON "gathering_table"("round_id", "number");

-- CreateIndex
CREATE INDEX "gathering_seat_table_id_idx" ON "gathering_seat"("table_id");

-- CreateIndex
CREATE INDEX "gathering_seat_person_id_idx" ON "gathering_seat"("person_id");

-- AddForeignKey
ALTER TABLE "gathering_member" ADD CONSTRAINT "gathering_member_series_id_fkey" FOREIGN KEY ("series_id") REFERENCES "gathering_series"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "gathering_round" ADD CONSTRAINT "gathering_round_series_id_fkey" FOREIGN KEY ("series_id") REFERENCES "gathering_series"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "gathering_table" ADD CONSTRAINT "gathering_table_round_id_fkey" FOREIGN KEY ("round_id") REFERENCES "gathering_round"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "gathering_seat" ADD CONSTRAINT "gathering_seat_table_id_fkey" FOREIGN KEY ("table_id") REFERENCES "gathering_table"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- States that nobody could read are defects; a series has one draft at a time; what is planned has a time.
ALTER TABLE "gathering_series" ADD CONSTRAINT "gathering_series_status_known"
  CHECK ("status" IN ('draft', 'open', 'closed'));
ALTER TABLE "gathering_series" ADD CONSTRAINT "gathering_series_cadence_known"
  CHECK ("cadence" IN ('weekly', 'biweekly', 'monthly', 'bimonthly', 'quarterly'));
ALTER TABLE "gathering_series" ADD CONSTRAINT "gathering_series_hours_known"
  CHECK ("hours" IN ('any', 'morning', 'noon', 'afternoon'));
ALTER TABLE "gathering_series" ADD CONSTRAINT "gathering_series_size" CHECK ("size" BETWEEN 2 AND 8);
ALTER TABLE "gathering_series" ADD CONSTRAINT "gathering_series_minutes" CHECK ("minutes" BETWEEN 10 AND 240);
ALTER TABLE "gathering_series" ADD CONSTRAINT "gathering_series_counts_positive"
  CHECK ("version" > 0 AND ("rounds" IS NULL OR "rounds" > 0) AND ("parallel" IS NULL OR "parallel" > 0));
ALTER TABLE "gathering_series" ADD CONSTRAINT "gathering_series_closed_has_day"
  CHECK (("status" = 'closed') = ("closed_on" IS NOT NULL));
ALTER TABLE "gathering_member" ADD CONSTRAINT "gathering_member_status_known"
  CHECK ("status" IN ('asked', 'joined', 'paused', 'left'));
ALTER TABLE "gathering_member" ADD CONSTRAINT "gathering_member_paused_has_day"
  CHECK (("status" = 'paused') = ("paused_until" IS NOT NULL));
-- Whoever is not, or no longer, part of it has told nobody anything.
ALTER TABLE "gathering_member" ADD CONSTRAINT "gathering_member_sealed_while_part"
  CHECK ("sealed" IS NULL OR "status" IN ('joined', 'paused'));
ALTER TABLE "gathering_round" ADD CONSTRAINT "gathering_round_status_known"
  CHECK ("status" IN ('draft', 'published', 'done'));
ALTER TABLE "gathering_round" ADD CONSTRAINT "gathering_round_counts"
  CHECK ("number" > 0 AND "version" > 0 AND "tries" > 0 AND "repeats" >= 0 AND "same_department" >= "least_same");
ALTER TABLE "gathering_table" ADD CONSTRAINT "gathering_table_status_known"
  CHECK ("status" IN ('planned', 'unplaced', 'held', 'not_held', 'cancelled'));
ALTER TABLE "gathering_table" ADD CONSTRAINT "gathering_table_has_length"
  CHECK (("starts_at" IS NULL) = ("ends_at" IS NULL) AND ("starts_at" IS NULL OR "starts_at" < "ends_at"));
ALTER TABLE "gathering_table" ADD CONSTRAINT "gathering_table_planned_has_time"
  CHECK ("status" NOT IN ('planned', 'held', 'not_held') OR "starts_at" IS NOT NULL);
ALTER TABLE "gathering_seat" ADD CONSTRAINT "gathering_seat_status_known"
  CHECK ("status" IN ('coming', 'cannot'));
CREATE UNIQUE INDEX "gathering_round_one_draft" ON "gathering_round" ("series_id") WHERE "status" = 'draft';

-- Weeks of a plan have their own days: changing the rhythm of the pair does not begin the plan anew.
ALTER TABLE "ojt_week" ADD COLUMN     "begins_on" DATE;
UPDATE "ojt_week" w SET "begins_on" = s."starts_on" + 7 * (w."week" - 1) FROM "one_on_one" s WHERE s."id" = w."series_id";
ALTER TABLE "ojt_week" ALTER COLUMN "begins_on" SET NOT NULL;

-- CreateTable
CREATE TABLE "handover_template" (
    "section_id" INTEGER NOT NULL,
    "items" TEXT[],
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "handover_template_pkey" PRIMARY KEY ("section_id")
);

-- CreateTable
CREATE TABLE "handover" (
    "id" SERIAL NOT NULL,
    "section_id" INTEGER NOT NULL,
    "from_id" INTEGER NOT NULL,
    "to_id" INTEGER NOT NULL,
    "started_by_id" INTEGER NOT NULL,
    "due_on" DATE NOT NULL,
    "status" TEXT NOT NULL DEFAULT 'open',
    "ended_on" DATE,
    "version" INTEGER NOT NULL DEFAULT 1,
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "handover_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "handover_item" (
    "id" SERIAL NOT NULL,
    "handover_id" INTEGER NOT NULL,
    "ordinal" INTEGER NOT NULL,
    "text" TEXT NOT NULL,
    "from_done" TIMESTAMPTZ(3),
    "to_done" TIMESTAMPTZ(3),

    CONSTRAINT "handover_item_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "handover_section_id_idx" ON "handover"("section_id");

-- CreateIndex
CREATE INDEX "handover_from_id_idx" ON "handover"("from_id");

-- CreateIndex
CREATE INDEX "handover_to_id_idx" ON "handover"("to_id");

-- CreateIndex
CREATE UNIQUE INDEX "handover_item_handover_id_ordinal_key" ON "handover_item"("handover_id", "ordinal");

-- AddForeignKey
ALTER TABLE "handover_item" ADD CONSTRAINT "handover_item_handover_id_fkey" FOREIGN KEY ("handover_id") REFERENCES "handover"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- What Prisma cannot say
ALTER TABLE "handover"
  ADD CONSTRAINT "handover_of_two" CHECK ("from_id" <> "to_id"),
  ADD CONSTRAINT "handover_status_known" CHECK ("status" IN ('open', 'done', 'cancelled')),
  ADD CONSTRAINT "handover_ended_has_day" CHECK (("status" = 'open') = ("ended_on" IS NULL)),
  ADD CONSTRAINT "handover_version_positive" CHECK ("version" > 0);
ALTER TABLE "handover_item" ADD CONSTRAINT "handover_item_ordinal_positive" CHECK ("ordinal" > 0);
CREATE UNIQUE INDEX "handover_one_open" ON "handover" ("section_id", "from_id", "to_id") WHERE "status" = 'open';

-- CreateTable
CREATE TABLE "broadcast" (
    "id" SERIAL NOT NULL,
    "author_id" INTEGER NOT NULL,
    "status" TEXT NOT NULL DEFAULT 'draft',
    "version" INTEGER NOT NULL DEFAULT 1,
    "title" TEXT NOT NULL,
    "body" TEXT NOT NULL,
    "link" TEXT,
    "acknowledge" BOOLEAN NOT NULL DEFAULT false,
    "urgent" BOOLEAN NOT NULL DEFAULT false,
    "audience" JSONB NOT NULL DEFAULT '{}',
    "send_at" TIMESTAMPTZ(3),
    "expected" INTEGER,
    "approver_id" INTEGER,
    "approved_at" TIMESTAMPTZ(3),
    "declined" TEXT,
    "nobody" BOOLEAN NOT NULL DEFAULT false,
    "released_at" TIMESTAMPTZ(3),
    "again" INTEGER NOT NULL DEFAULT 0,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "broadcast_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "broadcast_recipient" (
    "broadcast_id" INTEGER NOT NULL,
    "person_id" INTEGER NOT NULL,
    "planned" BOOLEAN NOT NULL DEFAULT false,
    "acknowledged_at" TIMESTAMPTZ(3),

    CONSTRAINT "broadcast_recipient_pkey" PRIMARY KEY ("broadcast_id","person_id")
);

-- CreateIndex
CREATE INDEX "broadcast_author_id_idx" ON "broadcast"("author_id");

-- CreateIndex
CREATE INDEX "broadcast_recipient_person_id_idx" ON "broadcast_recipient"("person_id");

-- AddForeignKey
ALTER TABLE "broadcast_recipient" ADD CONSTRAINT "broadcast_recipient_broadcast_id_fkey" FOREIGN KEY ("broadcast_id") REFERENCES "broadcast"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- A state that no officer could read is a defect; recipients exist from the release on; nobody approves their own.
ALTER TABLE "broadcast" ADD CONSTRAINT "broadcast_status_known"
  CHECK ("status" IN ('draft', 'awaiting', 'scheduled', 'sending', 'sent', 'cancelled'));
ALTER TABLE "broadcast" ADD CONSTRAINT "broadcast_released_has_time"
  CHECK ("status" NOT IN ('sending', 'sent') OR "released_at" IS NOT NULL);
ALTER TABLE "broadcast" ADD CONSTRAINT "broadcast_approver_other" CHECK ("approver_id" <> "author_id");
ALTER TABLE "broadcast" ADD CONSTRAINT "broadcast_approved_has_time"
  CHECK (("approver_id" IS NULL) = ("approved_at" IS NULL));

-- What the timer looks for every minute.
CREATE INDEX "broadcast_due" ON "broadcast" ("id") WHERE "status" IN ('scheduled', 'sending');
-- What is still to be planned of a release.
CREATE INDEX "broadcast_recipient_unplanned" ON "broadcast_recipient" ("broadcast_id", "person_id") WHERE NOT "planned";

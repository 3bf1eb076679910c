-- CreateTable
CREATE TABLE "busy_source" (
    "id" SERIAL NOT NULL,
    "person_id" INTEGER NOT NULL,
    "kind" TEXT NOT NULL,
    "address" BYTEA,
    "problem" TEXT,
    "failures" INTEGER NOT NULL DEFAULT 0,
    "read_at" TIMESTAMPTZ(3),
    "next_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "busy_source_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "busy_time" (
    "id" SERIAL NOT NULL,
    "source_id" INTEGER NOT NULL,
    "person_id" INTEGER NOT NULL,
    "starts_at" TIMESTAMPTZ(3) NOT NULL,
    "ends_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "busy_time_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "invitation" (
    "booking_id" INTEGER NOT NULL,
    "sequence" INTEGER NOT NULL,
    "status" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "invitation_pkey" PRIMARY KEY ("booking_id")
);

-- CreateIndex
CREATE UNIQUE INDEX "busy_source_person_id_kind_key" ON "busy_source"("person_id", "kind");

-- CreateIndex
CREATE INDEX "busy_time_person_id_starts_at_idx" ON "busy_time"("person_id", "starts_at");

-- CreateIndex
CREATE INDEX "busy_time_source_id_idx" ON "busy_time"("source_id");

-- AddForeignKey
ALTER TABLE "busy_time" ADD CONSTRAINT "busy_time_source_id_fkey" FOREIGN KEY ("source_id") REFERENCES "busy_source"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "invitation" ADD CONSTRAINT "invitation_booking_id_fkey" FOREIGN KEY ("booking_id") REFERENCES "booking"("id") ON DELETE CASCADE ON UPDATE CASCADE;

ALTER TABLE busy_source
  ADD CONSTRAINT busy_source_kind_known CHECK (kind IN ('feed', 'file')),
  ADD CONSTRAINT busy_source_feed_has_address CHECK ((kind = 'feed') = (address IS NOT NULL)),
  ADD CONSTRAINT busy_source_feed_is_read CHECK ((kind = 'feed') = (next_at IS NOT NULL));
ALTER TABLE busy_time
  ADD CONSTRAINT busy_time_has_length CHECK (starts_at < ends_at);
ALTER TABLE invitation
  ADD CONSTRAINT invitation_status_known CHECK (status IN ('sent', 'refused', 'waiting'));

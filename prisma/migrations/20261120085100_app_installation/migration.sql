-- CreateTable
CREATE TABLE "app_installation" (
    "person_id" INTEGER NOT NULL,
    "asked_by_id" INTEGER NOT NULL,
    "asked_at" TIMESTAMPTZ(3) NOT NULL,
    "status" TEXT NOT NULL DEFAULT 'waiting',
    "reason" TEXT,
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "next_at" TIMESTAMPTZ(3) NOT NULL,
    "settled_at" TIMESTAMPTZ(3),
    "flow" TEXT NOT NULL,

    CONSTRAINT "app_installation_pkey" PRIMARY KEY ("person_id")
);

-- CreateIndex
CREATE INDEX "app_installation_status_next_at_idx" ON "app_installation"("status", "next_at");

-- AddForeignKey
ALTER TABLE "app_installation" ADD CONSTRAINT "app_installation_person_id_fkey" FOREIGN KEY ("person_id") REFERENCES "person"("id") ON DELETE CASCADE ON UPDATE CASCADE;

ALTER TABLE "app_installation"
  ADD CONSTRAINT "app_installation_status_known" CHECK ("status" IN ('waiting', 'done', 'refused')),
  ADD CONSTRAINT "app_installation_settled_has_time" CHECK (("status" = 'waiting') = ("settled_at" IS NULL)),
  ADD CONSTRAINT "app_installation_refused_has_reason" CHECK ("status" <> 'refused' OR "reason" IS NOT NULL);

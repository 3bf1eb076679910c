-- CreateTable
CREATE TABLE "account_matter" (
    "id" SERIAL NOT NULL,
    "platform" TEXT NOT NULL,
    "tenant" TEXT NOT NULL,
    "user_id" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "person_id" INTEGER,
    "shown_name" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "settled_at" TIMESTAMPTZ(3),

    CONSTRAINT "account_matter_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "account_matter_platform_tenant_user_id_kind_key" ON "account_matter"("platform", "tenant", "user_id", "kind");

-- AddForeignKey
ALTER TABLE "account_matter" ADD CONSTRAINT "account_matter_person_id_fkey" FOREIGN KEY ("person_id") REFERENCES "person"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- A kind that no HR officer could read is a defect; the shown name does not outlast the question.
ALTER TABLE "account_matter" ADD CONSTRAINT "account_matter_kind_known" CHECK ("kind" IN ('unknown', 'renamed', 'closed'));
ALTER TABLE "account_matter" ADD CONSTRAINT "account_matter_settled_is_erased" CHECK ("settled_at" IS NULL OR "shown_name" IS NULL);

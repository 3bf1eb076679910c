-- DropIndex
DROP INDEX "notice_key_key";

-- DropIndex
DROP INDEX "notice_subject_idx";

-- CreateIndex
CREATE UNIQUE INDEX "notice_subject_key_key" ON "notice"("subject", "key");

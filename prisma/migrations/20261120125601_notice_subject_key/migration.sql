-- DropIndex
DROP INDEX "notice_key_key";

-- DropIndex
DROP INDEX "notice_subject_idx";

-- CreateIndex
CREATE UNIQUE INDEX "notice_subject_key_key" ON "notice"("subject", "key");

-- What somebody was told is asked in the order in which it was told; what is planned is found by its time.
-- DropIndex
DROP INDEX "notice_recipient_id_due_at_idx";
CREATE INDEX notice_told ON notice (recipient_id, settled_at) WHERE status IN ('sent', 'failed');

-- DropIndex
DROP INDEX "notice_outbox_id_idx";

-- Most notices wait without a message: only those in one are looked up by it.
CREATE INDEX notice_outbox ON notice (outbox_id) WHERE outbox_id IS NOT NULL;

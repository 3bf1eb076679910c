-- DropIndex
DROP INDEX "outbox_recipient_id_idx";

-- DropIndex
DROP INDEX "outbox_token_key";

-- Every change of a message writes all indexes that hold it: its token is random and never looked up, and by person only
-- what still waits is.
CREATE INDEX outbox_waiting ON outbox (recipient_id) WHERE status = 'waiting';

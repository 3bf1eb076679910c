-- A claim, the commonest change of a message, touches no index: none of them mentions what it writes, and each page has
-- room for the next version of a row. A message leaves the indexes when it is settled.
DROP INDEX outbox_next;
DROP INDEX outbox_lease;
DROP INDEX outbox_waiting;
ALTER TABLE outbox SET (fillfactor = 50);
CREATE INDEX outbox_open ON outbox (priority, id) WHERE settled_at IS NULL;
CREATE INDEX outbox_open_of ON outbox (recipient_id) WHERE settled_at IS NULL;
-- Where a message may be is known while, and only while, it may be there.
ALTER TABLE outbox
  ADD CONSTRAINT outbox_doubt_has_place CHECK (status <> 'unknown' OR platform IS NOT NULL),
  ADD CONSTRAINT outbox_waiting_is_nowhere CHECK (status <> 'waiting' OR platform IS NULL);

-- Messages are taken up by urgency, then in the order in which they were made: one that waited for another try keeps its place.
DROP INDEX outbox_next;
CREATE INDEX outbox_next ON outbox (priority, id) WHERE status IN ('waiting', 'unknown');

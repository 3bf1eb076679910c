-- What could not be told is few and looked for often.
CREATE INDEX notice_failed ON notice (recipient_id) WHERE status = 'failed';

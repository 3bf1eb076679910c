-- People without any account come in by a printed code.
ALTER TABLE identity DROP CONSTRAINT identity_platform_known;
ALTER TABLE identity ADD CONSTRAINT identity_platform_known
  CHECK (platform IN ('playground', 'slack', 'teams', 'email', 'paper'));
ALTER TABLE inbox DROP CONSTRAINT inbox_platform_known;
ALTER TABLE inbox ADD CONSTRAINT inbox_platform_known
  CHECK (platform IN ('playground', 'slack', 'teams', 'email', 'paper'));

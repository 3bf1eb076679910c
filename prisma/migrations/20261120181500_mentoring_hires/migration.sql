-- 内定者と先輩職員
ALTER TABLE "mentoring_programme" DROP CONSTRAINT "mentoring_programme_kind_known";
ALTER TABLE "mentoring_programme" ADD CONSTRAINT "mentoring_programme_kind_known"
  CHECK ("kind" IN ('mentor', 'handover', 'hires'));

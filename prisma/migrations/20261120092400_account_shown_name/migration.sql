-- AlterTable
ALTER TABLE "identity" ADD COLUMN     "shown_name" TEXT;

-- An account with another name than before may have changed hands: HR is asked.
ALTER TABLE "account_matter" DROP CONSTRAINT "account_matter_kind_known";
ALTER TABLE "account_matter" ADD CONSTRAINT "account_matter_kind_known"
  CHECK ("kind" IN ('unknown', 'renamed', 'other-name', 'closed'));

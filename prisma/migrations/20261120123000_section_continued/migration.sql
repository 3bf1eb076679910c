-- AlterTable
ALTER TABLE "section" ADD COLUMN     "continued_as" TEXT;

ALTER TABLE section
  ADD CONSTRAINT section_continued_is_over CHECK (continued_as IS NULL OR valid_to IS NOT NULL);

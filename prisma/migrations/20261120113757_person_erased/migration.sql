-- AlterTable
ALTER TABLE "person" ADD COLUMN     "erased_on" DATE;

ALTER TABLE person
  ADD CONSTRAINT person_erased_is_empty
    CHECK (erased_on IS NULL OR (left_on IS NOT NULL AND email IS NULL AND kana = ''));

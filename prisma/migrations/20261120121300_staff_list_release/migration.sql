-- AlterTable
ALTER TABLE "staff_import" ADD COLUMN     "held_at" TIMESTAMPTZ(3),
ADD COLUMN     "officers" INTEGER[] DEFAULT ARRAY[]::INTEGER[];

ALTER TABLE staff_import
  ADD CONSTRAINT staff_import_scheduled_has_officers CHECK (status <> 'scheduled' OR cardinality(officers) > 0);

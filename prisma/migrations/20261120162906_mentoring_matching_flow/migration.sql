-- AlterTable
ALTER TABLE "mentoring_programme" ADD COLUMN     "matching_flow" TEXT;

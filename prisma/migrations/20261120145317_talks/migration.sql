-- AlterTable
ALTER TABLE "gathering_table" ADD COLUMN     "talk" TEXT;

-- AlterTable
ALTER TABLE "mentoring_pair" ADD COLUMN     "talk" TEXT;

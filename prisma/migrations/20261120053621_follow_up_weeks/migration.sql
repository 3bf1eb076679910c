-- AlterTable
ALTER TABLE "interview" ADD COLUMN     "follow_up_weeks" INTEGER[] DEFAULT ARRAY[]::INTEGER[];

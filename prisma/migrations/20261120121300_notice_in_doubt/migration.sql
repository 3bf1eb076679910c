-- AlterTable
ALTER TABLE "notice" ADD COLUMN     "in_doubt" BOOLEAN NOT NULL DEFAULT false;

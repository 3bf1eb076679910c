-- AlterTable
ALTER TABLE "inbox" ADD COLUMN     "again" JSONB;

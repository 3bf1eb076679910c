-- AlterTable
ALTER TABLE "person" ADD COLUMN     "guest_until" DATE;

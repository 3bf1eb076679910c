-- AlterTable
ALTER TABLE "notice" ADD COLUMN     "flow" TEXT;

-- AlterTable
ALTER TABLE "outbox" DROP COLUMN "flow";

-- AlterTable
ALTER TABLE "course" ADD COLUMN     "occupation" TEXT;

-- AlterTable
ALTER TABLE "role_grant" ADD COLUMN     "occupation" TEXT;

-- AlterTable
ALTER TABLE "sign_up" ADD COLUMN     "recommended_by_id" INTEGER;

-- CreateTable
CREATE TABLE "broadcast_list" (
    "id" SERIAL NOT NULL,
    "author_id" INTEGER NOT NULL,
    "broadcast_id" INTEGER,
    "part" TEXT NOT NULL DEFAULT 'people',
    "file_name" TEXT NOT NULL DEFAULT '',
    "rows" JSONB NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "broadcast_list_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "broadcast_list_author_id_idx" ON "broadcast_list"("author_id");

-- AddForeignKey
ALTER TABLE "broadcast_list" ADD CONSTRAINT "broadcast_list_broadcast_id_fkey" FOREIGN KEY ("broadcast_id") REFERENCES "broadcast"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- Only training officers are limited to an occupation; an empty word would be held by every title.
ALTER TABLE "role_grant" ADD CONSTRAINT "role_grant_occupation_of_training"
  CHECK ("occupation" IS NULL OR ("role" = 'training' AND "occupation" <> ''));
ALTER TABLE "course" ADD CONSTRAINT "course_occupation_not_empty" CHECK ("occupation" <> '');
ALTER TABLE "broadcast_list" ADD CONSTRAINT "broadcast_list_part_known" CHECK ("part" IN ('people', 'except'));

-- CreateTable
CREATE TABLE "desk" (
    "id" SERIAL NOT NULL,
    "ordinal" INTEGER NOT NULL,
    "kind" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "name_en" TEXT NOT NULL DEFAULT '',
    "about" TEXT NOT NULL DEFAULT '',
    "about_en" TEXT NOT NULL DEFAULT '',
    "phone" TEXT NOT NULL DEFAULT '',
    "email" TEXT NOT NULL DEFAULT '',
    "place" TEXT NOT NULL DEFAULT '',
    "hours" TEXT NOT NULL DEFAULT '',
    "person_id" INTEGER,
    "shown" BOOLEAN NOT NULL DEFAULT true,
    "version" INTEGER NOT NULL DEFAULT 1,

    CONSTRAINT "desk_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "desk_count" (
    "desk_id" INTEGER NOT NULL,
    "month" TEXT NOT NULL,
    "count" INTEGER NOT NULL,

    CONSTRAINT "desk_count_pkey" PRIMARY KEY ("desk_id","month")
);

-- AddForeignKey
ALTER TABLE "desk_count" ADD CONSTRAINT "desk_count_desk_id_fkey" FOREIGN KEY ("desk_id") REFERENCES "desk"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

ALTER TABLE desk
  ADD CONSTRAINT desk_kind_known CHECK (kind IN ('career', 'health', 'harassment', 'evaluation', 'other')),
  ADD CONSTRAINT desk_version_positive CHECK (version > 0);
ALTER TABLE desk_count
  ADD CONSTRAINT desk_count_positive CHECK (count > 0),
  ADD CONSTRAINT desk_count_month CHECK (month ~ '^[0-9]{4}-(0[1-9]|1[0-2])$');

-- AlterTable
ALTER TABLE "step" ADD COLUMN     "disclosed_on" DATE,
ADD COLUMN     "shared" BOOLEAN NOT NULL DEFAULT false;

-- CreateTable
CREATE TABLE "assembly_session" (
    "id" SERIAL NOT NULL,
    "name" TEXT NOT NULL,
    "from_on" DATE NOT NULL,
    "to_on" DATE NOT NULL,
    "opens_at" TEXT NOT NULL,
    "closes_at" TEXT NOT NULL,
    "created_by_id" INTEGER NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "assembly_session_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "assembly_sitting" (
    "id" SERIAL NOT NULL,
    "session_id" INTEGER NOT NULL,
    "starts_at" TIMESTAMPTZ(3) NOT NULL,
    "ends_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "assembly_sitting_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "assembly_member" (
    "person_id" INTEGER NOT NULL,
    "attends" BOOLEAN NOT NULL,

    CONSTRAINT "assembly_member_pkey" PRIMARY KEY ("person_id")
);

-- CreateIndex
CREATE INDEX "assembly_sitting_starts_at_idx" ON "assembly_sitting"("starts_at");

-- CreateIndex
CREATE INDEX "assembly_sitting_session_id_idx" ON "assembly_sitting"("session_id");

-- AddForeignKey
ALTER TABLE "assembly_sitting" ADD CONSTRAINT "assembly_sitting_session_id_fkey" FOREIGN KEY ("session_id") REFERENCES "assembly_session"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "assembly_member" ADD CONSTRAINT "assembly_member_person_id_fkey" FOREIGN KEY ("person_id") REFERENCES "person"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- What Prisma cannot say
ALTER TABLE assembly_session
  ADD CONSTRAINT assembly_session_has_days CHECK (from_on < to_on),
  ADD CONSTRAINT assembly_session_has_hours CHECK (opens_at < closes_at),
  ADD CONSTRAINT assembly_session_no_overlap EXCLUDE USING gist (daterange(from_on, to_on) WITH &&);
ALTER TABLE assembly_sitting ADD CONSTRAINT assembly_sitting_has_length CHECK (starts_at < ends_at);

-- CreateTable
CREATE TABLE "closure" (
    "id" SERIAL NOT NULL,
    "from_on" DATE NOT NULL,
    "to_on" DATE NOT NULL,
    "reason" TEXT NOT NULL,
    "created_by_id" INTEGER NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "closure_pkey" PRIMARY KEY ("id")
);

ALTER TABLE closure
  ADD CONSTRAINT closure_has_days CHECK (from_on < to_on),
  ADD CONSTRAINT closure_no_overlap EXCLUDE USING gist (daterange(from_on, to_on) WITH &&);

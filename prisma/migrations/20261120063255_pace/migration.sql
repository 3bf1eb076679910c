-- CreateTable
CREATE TABLE "pace" (
    "key" TEXT NOT NULL,
    "free_at" TIMESTAMPTZ(6) NOT NULL,
    "given" INTEGER NOT NULL DEFAULT 0,
    "step_ms" DOUBLE PRECISION NOT NULL DEFAULT 0,
    "reach_ms" DOUBLE PRECISION NOT NULL DEFAULT 0,
    "closed_at" TIMESTAMPTZ(3),
    "closed_until" TIMESTAMPTZ(3),
    "rate" DOUBLE PRECISION NOT NULL DEFAULT 1,

    CONSTRAINT "pace_pkey" PRIMARY KEY ("key")
);

ALTER TABLE pace
  ADD CONSTRAINT pace_rate_part CHECK (rate > 0 AND rate <= 1),
  ADD CONSTRAINT pace_closed_both CHECK ((closed_at IS NULL) = (closed_until IS NULL));

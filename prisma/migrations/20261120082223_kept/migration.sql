-- CreateTable
CREATE TABLE "kept" (
    "mark" TEXT NOT NULL,
    "sealed" BYTEA NOT NULL,
    "until" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "kept_pkey" PRIMARY KEY ("mark")
);

-- CreateIndex
CREATE INDEX "kept_until_idx" ON "kept"("until");

-- CreateTable
CREATE TABLE "slack_token" (
    "id" INTEGER NOT NULL,
    "sealed" BYTEA,
    "origin" TEXT,
    "expires_at" TIMESTAMPTZ(3),
    "leased_until" TIMESTAMPTZ(3),

    CONSTRAINT "slack_token_pkey" PRIMARY KEY ("id")
);

ALTER TABLE "slack_token" ADD CONSTRAINT "slack_token_one" CHECK ("id" = 1);

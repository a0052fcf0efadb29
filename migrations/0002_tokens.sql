-- The pair of tokens in use, one row a consent, known by (chain, version). Only a new pair moves the
-- version; claims, verdicts, counters and re-keying never do (DESIGN 4.1).
create table consent_tokens (
  consent_id uuid primary key references consents on delete cascade,
  chain integer not null,
  version integer not null,
  -- Null where a chain was imported and has not been rotated yet.
  access_token text,
  refresh_token text not null,
  token_type text not null default 'Bearer',
  scope text,
  obtained_at timestamptz not null,
  access_expires_at timestamptz not null,
  due_at timestamptz,
  -- The journal of intent: written before the bank is called. In no index, so that claims are HOT updates.
  presentations smallint not null default 0,
  attempt_id uuid,
  attempt_started_at timestamptz,
  lease_until timestamptz,
  retry_at timestamptz,
  -- Who wrote this pair: a settle whose commit was not acknowledged finds itself done here.
  settled_attempt_id uuid,
  settled_presentation smallint not null default 0,
  -- Who gave its presentation back last: a retry whose commit was not acknowledged must not count twice.
  given_back_attempt_id uuid,
  last_success_at timestamptz,
  consecutive_failures integer not null default 0,
  last_error text,
  rejection_checked_at timestamptz,
  -- A 2xx answer that could not be read, sealed: a person may still save the chain with it.
  unreadable_answer text
) with (fillfactor = 50);

-- Soonest first; what is not due costs nothing.
create index consent_tokens_due on consent_tokens (due_at) where due_at is not null;

-- A renewal's pair waits here until Consent Info has told its account; then it replaces the old in one step.
create table staged_tokens (
  authorization_id uuid primary key,
  consent_id uuid not null references consents on delete cascade,
  chain integer not null,
  access_token text not null,
  refresh_token text not null,
  token_type text not null,
  scope text,
  obtained_at timestamptz not null,
  access_expires_at timestamptz not null,
  check_after timestamptz not null
);

create index staged_tokens_check on staged_tokens (check_after);

-- One row a bank, shared by all replicas: whether refreshing is held, by whom, why and until when (DESIGN 4.4).
create table bank_gates (
  bank text primary key,
  held_by text,
  hold_reason text,
  hold_until timestamptz
);

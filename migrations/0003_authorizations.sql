-- One walk of a customer to the bank: the first of a consent, or a renewal. Tickets, states, cookies and
-- result codes are stored as digests, or sealed where they must be shown again.
create table authorizations (
  id uuid primary key,
  consent_id uuid not null references consents on delete cascade,
  kind text not null check (kind in ('first', 'renewal')),
  status text not null check (status in ('open', 'exchanging', 'completed', 'rejected', 'failed', 'abandoned')),
  outcome text,
  ticket_digest text not null unique,
  return_url text,
  chain integer,
  attempts smallint not null default 0,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  -- A customer who is at the bank when the link ends may still finish: each attempt has its own time.
  abandon_at timestamptz not null,
  exchange_started_at timestamptz,
  -- The attempt whose callback was accepted: only its browser is given the result code. Another that opened
  -- the same link could confirm with it, in a session of its own, what somebody else consented to.
  concluded_by text,
  result_code text,
  result_code_digest text,
  result_code_used_at timestamptz
);

create index authorizations_consent on authorizations (consent_id);
create index authorizations_open on authorizations (abandon_at) where status = 'open';
create index authorizations_exchanging on authorizations (exchange_started_at) where status = 'exchanging';

alter table staged_tokens
  add foreign key (authorization_id) references authorizations on delete cascade;

create table authorization_attempts (
  state_digest text primary key,
  authorization_id uuid not null references authorizations on delete cascade,
  cookie_digest text not null,
  code_verifier text not null,
  created_at timestamptz not null,
  consumed_at timestamptz
);

create index authorization_attempts_of on authorization_attempts (authorization_id);

-- Answers kept for `Idempotency-Key`, 24 hours, sealed: they carry a start link.
create table idempotency_keys (
  caller text not null,
  key_digest text not null,
  request_digest text not null,
  consent_id uuid not null references consents on delete cascade,
  stored_answer text not null,
  created_at timestamptz not null,
  primary key (caller, key_digest)
);

create index idempotency_keys_age on idempotency_keys (created_at);

-- The ids of the keys in use, with a check value each: a start with a wrong or missing key stops at once,
-- without a scan of what is stored.
create table encryption_keys (
  kid text primary key,
  check_value text not null,
  first_seen_at timestamptz not null
);

-- A consent: one customer's permission for one account, from its start to its end (DESIGN section 3).
-- Its tokens live in a table of their own, so that no unrelated write ever competes with a rotation.
create table consents (
  id uuid primary key,
  bank text not null,
  status text not null check (status in
    ('pending', 'active', 'reauthorization_required', 'rejected', 'failed', 'abandoned', 'expired', 'revoked')),
  status_reason text,
  requested_scopes text[] not null,
  scopes text[],
  owner text not null,
  granted_to text[] not null default '{}',
  customer_reference text,
  transaction_id text,
  bank_brand text,
  confirm boolean not null default false,
  confirmed_at timestamptz,
  bind_user_agent boolean not null default true,
  metadata jsonb not null default '{}',
  -- The IBAN is personal data: sealed, shown masked, found by a keyed hash (DESIGN section 6).
  iban_sealed text,
  iban_masked text,
  iban_hash text,
  iban_hash_kid text,
  -- The number of the newest chain of tokens; a callback that is accepted takes the next.
  chain integer not null default 0,
  created_at timestamptz not null,
  authorized_at timestamptz,
  expires_at timestamptz,
  ended_at timestamptz,
  -- Written at most once an hour and in batches; in no index, so that it stays a cheap update.
  last_asked_at timestamptz
) with (fillfactor = 90);

create index consents_page on consents (created_at desc, id desc);
create index consents_owner_page on consents (owner, created_at desc, id desc);
create index consents_reference on consents (customer_reference) where customer_reference is not null;
create index consents_iban on consents (iban_hash) where iban_hash is not null;
create index consents_end on consents (expires_at) where status in ('active', 'reauthorization_required');

-- What happened to a consent, written in the same transaction as the change it tells of.
-- Rotations that go well are no events.
create table consent_events (
  id bigint generated always as identity primary key,
  consent_id uuid not null references consents on delete cascade,
  type text not null,
  actor text not null,
  detail jsonb not null default '{}',
  occurred_at timestamptz not null
);

create index consent_events_page on consent_events (consent_id, id desc);

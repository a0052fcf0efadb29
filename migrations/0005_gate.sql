-- The second presentation of a refresh token whose answer was lost (DESIGN 4.3).
alter table consent_tokens
  -- How often this pair was claimed, given back or not: a later presentation's answer wins over an earlier one's.
  add column claims smallint not null default 0,
  -- Set while a pair is parked: its token may be spent, and nobody holds it.
  add column uncertain_at timestamptz,
  -- How each of its presentations ended without an answer; with the verdict they tell why a rotation was lost.
  add column uncertain_reasons text[] not null default '{}',
  add column refused_at timestamptz;

update consent_tokens
set claims = presentations,
  uncertain_at = case when attempt_id is null and due_at is not null then now() end,
  uncertain_reasons = case when attempt_id is null then array[coalesce(last_error, 'claim_lost')] else '{}' end
where presentations > 0;

-- Few and looked for again and again. Claims change neither column and stay HOT updates.
create index consent_tokens_uncertain on consent_tokens (uncertain_at) where uncertain_at is not null;
create index consent_tokens_refused on consent_tokens (refused_at) where refused_at is not null;

-- The gate before each spend, shared by all replicas (DESIGN 4.4).
alter table bank_gates
  add column score real not null default 0,
  -- The consents the score was raised by, once each.
  add column offenders uuid[] not null default '{}',
  add column closed_at timestamptz,
  add column close_reason text,
  add column braked_at timestamptz,
  -- Moves when refreshing begins anew: every replica's window falls to one call in flight.
  add column epoch integer not null default 0,
  -- When the bank last gave an answer that proves it well, by the database's clock.
  add column healthy_at timestamptz,
  add column canary_id uuid,
  add column canary_until timestamptz,
  add column canary_failures integer not null default 0,
  add column next_canary_at timestamptz,
  -- Which database this was, to notice a failover or a restored backup.
  add column system_identifier text,
  add column timeline text,
  add column timeline_changed_at timestamptz;

-- The answers of the last minutes, for the refusal brake. Two counters a minute.
create table bank_answers (
  bank text not null,
  minute timestamptz not null,
  rotated integer not null default 0,
  refused integer not null default 0,
  primary key (bank, minute)
);

-- What happened to a gate.
create table bank_events (
  id bigint generated always as identity primary key,
  bank text not null,
  type text not null,
  actor text not null,
  detail jsonb not null default '{}',
  occurred_at timestamptz not null
);

create index bank_events_page on bank_events (bank, id desc);

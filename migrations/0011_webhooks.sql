-- Finds what is there already: whoever goes back to the version before forgets the names of 0010 and 0011 alone.

-- Who is told of changes, as the replicas' WEBHOOKS_FILE has it: without URLs and secrets, which no database needs.
create table if not exists webhook_subscribers (
  id text collate "C" primary key,
  -- Null: all of them.
  events text[],
  owners text[],
  -- When a replica last had it in its file.
  seen_at timestamptz not null
);

-- What subscribers are told, a row each: written in the transaction of the change, kept until it was told or given up,
-- and a while longer. What it says is of that moment; nothing in it is personal.
create table if not exists webhook_deliveries (
  -- In the order of a consent's changes: each locks its consent before it writes its event.
  id bigint generated always as identity primary key,
  -- The same for all subscribers and attempts.
  message_id uuid not null,
  event_id bigint not null,
  subscriber text collate "C" not null,
  type text not null,
  consent_id uuid not null,
  bank text not null,
  owner text not null,
  status text not null,
  status_reason text,
  expires_at timestamptz,
  days_left integer,
  occurred_at timestamptz not null,
  created_at timestamptz not null default now(),
  state text not null default 'pending' check (state in ('pending', 'delivered', 'dead')),
  attempts integer not null default 0,
  -- While it is being sent, when whoever sends it is taken for dead.
  next_attempt_at timestamptz default now(),
  sending boolean not null default false,
  last_attempt_at timestamptz,
  last_error text,
  finished_at timestamptz
) with (fillfactor = 80);

create index if not exists webhook_deliveries_due on webhook_deliveries (subscriber, next_attempt_at) where state = 'pending';
create index if not exists webhook_deliveries_consent on webhook_deliveries (consent_id, id);
create index if not exists webhook_deliveries_state on webhook_deliveries (state, id);
create index if not exists webhook_deliveries_subscriber on webhook_deliveries (subscriber, state, id);
create index if not exists webhook_deliveries_finished on webhook_deliveries (finished_at) where finished_at is not null;

-- By the database, so that no writer of an event can forget it, replicas of an earlier version among them. As the
-- statement ends: what it changed of the consent is seen.
create or replace function queue_webhooks() returns trigger language plpgsql as $$
declare
  message constant uuid := gen_random_uuid();
  told text := new.type;
begin
  if not exists (select from webhook_subscribers) then
    return null;
  end if;
  if told in ('consent.recovered', 'consent.failed') and not exists (select from consent_events
      where consent_id = new.consent_id and id < new.id and type in ('consent.activated', 'consent.renewed')) then
    -- An import given up before its first rotation, which then went well: nobody was told that it began.
    told := case told when 'consent.recovered' then 'consent.activated' end;
  elsif told = 'consent.failed' then
    -- The rescue of a consent that was told to live.
    told := 'consent.reauthorization_required';
  end if;
  if told is null then
    return null;
  end if;
  insert into webhook_deliveries (message_id, event_id, subscriber, type, consent_id, bank, owner, status,
    status_reason, expires_at, days_left, occurred_at)
  select message, new.id, s.id, told, c.id, c.bank, c.owner, c.status, c.status_reason, c.expires_at,
    case when told = 'consent.expiring' then (new.detail->>'days')::int end, new.occurred_at
  from consents c cross join webhook_subscribers s
  where c.id = new.consent_id and (s.events is null or told = any(s.events))
    and (s.owners is null or c.owner = any(s.owners))
    -- A rescue whose account is still to be shown has only come back to waiting.
    and (new.type <> 'consent.recovered' or c.status = 'active')
  order by s.id;
  return null;
end $$;

create or replace trigger consent_events_webhooks after insert on consent_events for each row
  when (new.type in ('consent.activated', 'consent.expiring', 'consent.expired', 'consent.reauthorization_required',
    'consent.recovered', 'consent.revoked', 'consent.renewed', 'consent.failed'))
  execute function queue_webhooks();

-- How far consents were told, by their end, that they end within so many days. What is within at the upgrade has
-- passed; it is told of the next.
create table if not exists expiry_notices (
  days integer primary key,
  told_to timestamptz not null,
  -- Of those that end at that very moment.
  told_id uuid not null default 'ffffffff-ffff-ffff-ffff-ffffffffffff'
);

insert into expiry_notices (days, told_to) select days, now() + days * interval '1 day' from unnest(array[14, 7, 1]) days
  on conflict do nothing;

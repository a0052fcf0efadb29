-- The history of each consent and bank is a chain: every event carries the hash of all before it, so that one
-- that was changed, removed, added or moved shows (`npm run audit:verify`). No table is rewritten here.

alter table consent_events
  add column position integer,
  add column hash bytea,
  -- Whose consent it was. Only its salted hash is in the chain: erased, it leaves the chain whole.
  add column personal jsonb,
  add column personal_salt bytea,
  add column personal_hash bytea,
  -- Room for the version of a row that carries its hash.
  set (fillfactor = 85);

alter table bank_events
  add column position integer,
  add column hash bytea,
  set (fillfactor = 85);

-- `npm run rekey` tells once a consent and key, however often it is run.
create unique index consent_events_rekeyed on consent_events (consent_id, (detail->>'kid'))
  where type = 'consent.rekeyed';

-- Where each chain ends. The chain of a consent has its id for a name, that of a bank `bank:` and its name. "C":
-- in the order of uuids.
create table event_chains (
  chain text collate "C" primary key,
  length integer not null default 0,
  hash bytea not null default ''
) with (fillfactor = 80);

-- What is hashed: a JSON array of texts, which nothing else can be written as.
create function event_hash(previous bytea, chain text, place integer, id bigint, type text, actor text,
    occurred_at timestamptz, detail jsonb, personal_hash bytea) returns bytea language sql stable
  return sha256(previous || convert_to(array_to_json(array[chain, place::text, id::text, type, actor,
    to_char(occurred_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), detail::text,
    coalesce(encode(personal_hash, 'hex'), '')])::text, 'UTF8'));

-- These run as a transaction commits: the lock on a chain's head is the last it takes, and is waited for by
-- those alone who write to the same chain.
create function chain_consent_event() returns trigger language plpgsql as $$
declare
  name constant text := new.consent_id::text;
  head event_chains%rowtype;
  event consent_events%rowtype;
begin
  insert into event_chains (chain) select name
    where not exists (select from event_chains where chain = name) on conflict do nothing;
  select * into strict head from event_chains where chain = name for no key update;
  if head.length > 0 then
    update consent_events set position = head.length + 1, hash = event_hash(head.hash, name, head.length + 1,
      id, type, actor, occurred_at, detail, personal_hash)
    where id = new.id and hash is null returning * into event;
  else
    -- A chain begins with all that was written before there were chains.
    for event in select * from consent_events where consent_id = new.consent_id and hash is null order by id loop
      head.length := head.length + 1;
      head.hash := event_hash(head.hash, name, head.length, event.id, event.type, event.actor, event.occurred_at,
        event.detail, event.personal_hash);
      update consent_events set position = head.length, hash = head.hash where id = event.id;
    end loop;
    event.position := head.length;
    event.hash := head.hash;
  end if;
  update event_chains set length = event.position, hash = event.hash where chain = name and event.hash is not null;
  return null;
end $$;

create function chain_bank_event() returns trigger language plpgsql as $$
declare
  name constant text := 'bank:' || new.bank;
  head event_chains%rowtype;
  event bank_events%rowtype;
begin
  insert into event_chains (chain) select name
    where not exists (select from event_chains where chain = name) on conflict do nothing;
  select * into strict head from event_chains where chain = name for no key update;
  if head.length > 0 then
    update bank_events set position = head.length + 1, hash = event_hash(head.hash, name, head.length + 1,
      id, type, actor, occurred_at, detail, null)
    where id = new.id and hash is null returning * into event;
  else
    for event in select * from bank_events where bank = new.bank and hash is null order by id loop
      head.length := head.length + 1;
      head.hash := event_hash(head.hash, name, head.length, event.id, event.type, event.actor, event.occurred_at,
        event.detail, null);
      update bank_events set position = head.length, hash = head.hash where id = event.id;
    end loop;
    event.position := head.length;
    event.hash := head.hash;
  end if;
  update event_chains set length = event.position, hash = event.hash where chain = name and event.hash is not null;
  return null;
end $$;

create constraint trigger consent_events_chain after insert on consent_events
  deferrable initially deferred for each row execute function chain_consent_event();
create constraint trigger bank_events_chain after insert on bank_events
  deferrable initially deferred for each row execute function chain_bank_event();

-- What only the database fills in: no writer can forget the salt, or bring a place in the chain along.
create function fill_event() returns trigger language plpgsql as $$
begin
  new.position := null;
  new.hash := null;
  if tg_table_name = 'consent_events' then
    new.personal_salt := case when new.personal is not null
      then uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()) end;
    new.personal_hash := sha256(new.personal_salt || convert_to(new.personal::text, 'UTF8'));
  end if;
  return new;
end $$;

create trigger consent_events_fill before insert on consent_events for each row
  when (num_nonnulls(new.position, new.hash, new.personal, new.personal_salt, new.personal_hash) > 0)
  execute function fill_event();
create trigger bank_events_fill before insert on bank_events for each row
  when (num_nonnulls(new.position, new.hash) > 0) execute function fill_event();

-- Append-only: what happened stays, save personal data that is erased together with its salt.
create function keep_history() returns trigger language plpgsql as $$
begin
  if tg_table_name = 'consent_events' and tg_op = 'UPDATE' then
    if to_jsonb(new) = to_jsonb(old) || '{"personal": null, "personal_salt": null}' then
      return new;
    end if;
  end if;
  raise exception '% is append-only: % is refused', tg_table_name, lower(tg_op)
    using errcode = 'integrity_constraint_violation';
end $$;

-- Only chaining updates a row from within a trigger, and only one that has no hash yet.
create trigger consent_events_keep before update on consent_events for each row
  when (pg_trigger_depth() = 0 or old.hash is not null) execute function keep_history();
create trigger bank_events_keep before update on bank_events for each row
  when (pg_trigger_depth() = 0 or old.hash is not null) execute function keep_history();
create trigger event_chains_keep before insert or update on event_chains for each row
  when (pg_trigger_depth() = 0) execute function keep_history();

create trigger consent_events_stay before delete on consent_events for each row execute function keep_history();
create trigger bank_events_stay before delete on bank_events for each row execute function keep_history();
create trigger event_chains_stay before delete on event_chains for each row execute function keep_history();
create trigger consent_events_stay_all before truncate on consent_events execute function keep_history();
create trigger bank_events_stay_all before truncate on bank_events execute function keep_history();
create trigger event_chains_stay_all before truncate on event_chains execute function keep_history();

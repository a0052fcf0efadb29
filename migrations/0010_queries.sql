-- indexes are built ahead
-- Lists whose page costs the same at a million consents as at a hundred. On a database in use the migrations' runner
-- has built the indexes of this file `concurrently` before this transaction, which then finds them.

-- By status, newest first: for a status alone, for what is pending, and for what has ended. The order without a status
-- has consents_page and consents_owner_page.
create index if not exists consents_status_page on consents (status, created_at desc, id desc);
create index if not exists consents_owner_status_page on consents (owner, status, created_at desc, id desc);
create index if not exists consents_reference_page on consents (customer_reference, status, created_at desc, id desc)
  where customer_reference is not null;
create index if not exists consents_iban_page on consents (iban_hash, status, created_at desc, id desc)
  where iban_hash is not null;

-- What lives, by its end: first those that need a person, then the others. One that ends or is renewed leaves its
-- place; no hand-out and no rotation touches any column here.
create index if not exists consents_end_page on consents (status, (coalesce(expires_at, 'infinity')), id)
  where status in ('active', 'reauthorization_required');
create index if not exists consents_owner_end_page on consents (owner, status, (coalesce(expires_at, 'infinity')), id)
  where status in ('active', 'reauthorization_required');
create index if not exists consents_reference_end_page
  on consents (customer_reference, status, (coalesce(expires_at, 'infinity')), id)
  where status in ('active', 'reauthorization_required') and customer_reference is not null;
create index if not exists consents_iban_end_page on consents (iban_hash, status, (coalesce(expires_at, 'infinity')), id)
  where status in ('active', 'reauthorization_required') and iban_hash is not null;

-- Rotations in trouble, by the end of the token in hand. Claims change none of its columns and stay HOT updates; what
-- ends a claim moves `due_at`, and so was never one.
create index if not exists consent_tokens_trouble on consent_tokens (access_expires_at, consent_id)
  where due_at is not null and (consecutive_failures > 0 or uncertain_at is not null);

-- The new ones begin with the same column.
drop index if exists consents_reference;
drop index if exists consents_iban;

-- What refreshing came to, a row a bank and quarter of an hour; kept a day. Apart from bank_answers, whose counts
-- begin anew when a brake is resumed, and of which earlier versions keep an hour.
create table if not exists bank_outcomes (
  bank text not null,
  quarter timestamptz not null,
  rotated integer not null default 0,
  refused integer not null default 0,
  uncertain integer not null default 0,
  our_fault integer not null default 0,
  not_processed integer not null default 0,
  primary key (bank, quarter)
) with (fillfactor = 50);

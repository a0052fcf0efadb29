-- Where tokens are bound to the client certificate (RFC 8705 section 3). What a pair was obtained with, as
-- `x5t#S256`; null where nothing is bound. In no index, and written with a new pair only: claims stay HOT updates.
alter table consent_tokens add column certificate text;
alter table staged_tokens add column certificate text;

-- The certificates that replicas have called a bank with. The newest is what pairs are to be bound to; how far
-- those of another have been made due stands beside it.
create table bank_certificates (
  bank text not null,
  certificate text not null,
  in_use_since timestamptz not null,
  -- When a replica last told that it still holds another.
  lagging_at timestamptz,
  -- How often all pairs were looked through, and where the look that is going on has come to.
  looks integer not null default 0,
  look_began_at timestamptz,
  looked_to uuid,
  -- Null while pairs of another certificate may be left.
  finished_at timestamptz,
  primary key (bank, certificate)
);

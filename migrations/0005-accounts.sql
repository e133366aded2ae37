insert into schema_migrations (number) values (5);

create table users (
  id uuid primary key default gen_random_uuid(),
  username text not null,
  role text not null check (role in ('viewer', 'operator', 'admin')),
  password_hash text not null,
  -- null while the user has the password that was made for him
  password_changed_at timestamptz,
  created_at timestamptz not null
);
create unique index users_username on users (lower(username));

-- token_hash is the sha256 of the bearer token; the token itself is stored nowhere
create table sessions (
  id uuid primary key default gen_random_uuid(),
  user_id uuid not null references users on delete cascade,
  token_hash bytea not null unique,
  address text not null,
  user_agent text,
  created_at timestamptz not null,
  last_used_at timestamptz not null,
  expires_at timestamptz not null
);
create index sessions_user on sessions (user_id);

create table api_tokens (
  id uuid primary key default gen_random_uuid(),
  user_id uuid not null references users on delete cascade,
  name text not null,
  role text not null check (role in ('viewer', 'operator', 'admin')),
  token_hash bytea not null unique,
  created_at timestamptz not null,
  last_used_at timestamptz,
  expires_at timestamptz
);
create index api_tokens_user on api_tokens (user_id);

-- who did what: no reference to users, because the trail outlives them
create table audit (
  id bigint generated always as identity primary key,
  at timestamptz not null,
  actor text not null,
  credential text,
  address text,
  action text not null,
  subject text,
  before jsonb,
  after jsonb
);
create index audit_at on audit (at);
create index audit_subject on audit (subject, id);

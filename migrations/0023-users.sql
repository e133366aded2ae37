insert into schema_migrations (number) values (23);

-- who comes from an identity provider has no password here, and is known by issuer and subject alone
alter table users
  alter column password_hash drop not null,
  add column must_change_password boolean not null default false,
  add column disabled_at timestamptz,
  add column last_login_at timestamptz,
  add column oidc_issuer text,
  add column oidc_subject text,
  add constraint users_oidc_identity unique (oidc_issuer, oidc_subject),
  add constraint users_way_in check (
    (password_hash is null) = (oidc_subject is not null)
    and (oidc_issuer is null) = (oidc_subject is null)
  );

alter table sessions
  add column method text not null default 'password' check (method in ('password', 'oidc'));

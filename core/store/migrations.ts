/**
 * The steps that bring a store up to date, forward only. A step that has shipped never changes: what comes later is a
 * new step, and a store of each version is kept in spec/fixtures/store for ever.
 */

/** Element n takes a store from version n to n + 1; the version is SQLite's `user_version`. */
export const MIGRATIONS: readonly string[] = [
  `
  create table snapshot (
    ordinal integer primary key autoincrement,
    digest text not null,
    name text not null,
    data_key text not null,
    files text not null,
    summary text not null,
    unique (name, data_key, digest)
  );
  create index snapshot_digest on snapshot (digest);

  create table study (
    ordinal integer primary key autoincrement,
    id text not null unique,
    name text not null,
    work_digest text not null,
    snapshot text not null,
    plugins text not null,
    space text not null,
    sampler text not null,
    seed integer not null,
    direction text not null,
    metric text not null,
    state text not null,
    ended text,
    finalist integer,
    created text not null
  );
  create index study_name on study (name);

  create table trial (
    study text not null references study (id) on delete cascade,
    number integer not null,
    state text not null,
    params text not null,
    distributions text not null,
    "values" text not null,
    intermediate text not null,
    user_attrs text not null,
    why text not null,
    primary key (study, number)
  );
  create index trial_progress on trial (study, state, "values");
  `,
  `
  alter table trial add column constraints text;
  alter table trial add column asked text;
  `,
  `
  alter table study add column opening text;
  alter table study add column closed integer;
  update study set closed = ordinal where state = 'done';
  create table arrival (path text primary key, closed integer not null);
  `,
];

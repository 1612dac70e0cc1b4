/**
 * Version 1. Sessions and receipts are joined by a number, so that receipts stay small; the document is the whole
 * session as JSON, and the columns beside it are what statements search by or move without writing it anew.
 */
export const version1 = `
CREATE TABLE sessions (
  number     INTEGER PRIMARY KEY,
  id         TEXT NOT NULL UNIQUE,
  owner      TEXT NOT NULL,
  state      TEXT NOT NULL,
  revision   INTEGER NOT NULL,
  received   INTEGER NOT NULL DEFAULT 0,
  reserved   INTEGER NOT NULL DEFAULT 0,   -- bytes counted in usage.reserved
  full_at    INTEGER,                      -- bytes that make a when-full session completing; NULL: explicit, or size unknown
  path       TEXT,                         -- what it will publish; NULL: nothing
  refuses    INTEGER NOT NULL DEFAULT 0,   -- 1: the path is reserved for it
  expires_at INTEGER NOT NULL,
  due_at     INTEGER NOT NULL,
  document   TEXT NOT NULL
) STRICT;
CREATE INDEX sessions_by_owner ON sessions (owner, id);
CREATE INDEX sessions_by_due ON sessions (due_at);
CREATE INDEX sessions_by_path ON sessions (owner, path)
  WHERE path IS NOT NULL AND state NOT IN ('completed', 'aborted');

CREATE TABLE receipts (
  session   INTEGER NOT NULL,
  start     INTEGER NOT NULL,
  size      INTEGER NOT NULL,
  token     TEXT NOT NULL,
  algorithm TEXT,                          -- of the checksum; NULL: none was made
  checksum  TEXT,
  PRIMARY KEY (session, start)
) STRICT, WITHOUT ROWID;

CREATE TABLE claims (
  session INTEGER NOT NULL,
  id      TEXT NOT NULL,
  purpose TEXT NOT NULL,
  start   INTEGER NOT NULL,
  stop    INTEGER NOT NULL,
  wanted  INTEGER NOT NULL,
  until   INTEGER NOT NULL,
  holder  TEXT NOT NULL,                   -- the process that holds it, see processMarker
  evicted INTEGER NOT NULL,                -- 1: it took others away, and its holder has their late bytes to fence out
  PRIMARY KEY (session, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE entries (
  number      INTEGER PRIMARY KEY,
  id          TEXT NOT NULL UNIQUE,
  version     TEXT NOT NULL,
  owner       TEXT NOT NULL,
  path        TEXT NOT NULL,
  parent      TEXT NOT NULL,
  name_order  BLOB NOT NULL,               -- the name as UTF-16BE: bytes compare as code units do
  policy      TEXT,                        -- NULL, with key, size, algorithm and checksum: a folder
  key         TEXT,
  size        INTEGER,
  algorithm   TEXT,
  checksum    TEXT,
  type        TEXT NOT NULL,
  metadata    TEXT NOT NULL,
  created_at  INTEGER NOT NULL,
  modified_at INTEGER NOT NULL,
  UNIQUE (owner, path)
) STRICT;
CREATE INDEX entries_by_parent ON entries (owner, parent, name_order);

CREATE TABLE usage (
  owner    TEXT PRIMARY KEY,
  reserved INTEGER NOT NULL,
  stored   INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE garbage (
  number INTEGER PRIMARY KEY,
  policy TEXT NOT NULL,
  key    TEXT NOT NULL,
  UNIQUE (policy, key)
) STRICT;
`;

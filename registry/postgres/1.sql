CREATE TABLE registry.programme (
  day      integer PRIMARY KEY, -- 20251123
  document bytea NOT NULL       -- racing.Programme as JSON, gzip
);
ALTER TABLE registry.programme ALTER COLUMN document SET STORAGE EXTERNAL;

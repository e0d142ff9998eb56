CREATE TABLE programme (
  day      INTEGER PRIMARY KEY, -- 20251123
  document BLOB NOT NULL        -- racing.Programme as JSON, gzip
) STRICT;

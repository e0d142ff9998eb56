CREATE TABLE journal.rows (
  first   bigint PRIMARY KEY CHECK (first > 0),
  count   bigint NOT NULL CHECK (count > 0),
  epoch   bigint NOT NULL,
  prev    bytea  NOT NULL CHECK (octet_length(prev) = 32),
  hash    bytea  NOT NULL CHECK (octet_length(hash) = 32),
  payload bytea  NOT NULL
) WITH (toast_tuple_target = 8160);
-- Compression would cost the writer time: what fits stays in the row, the rest
-- goes beside it as it is.
ALTER TABLE journal.rows ALTER COLUMN payload SET STORAGE EXTERNAL;

-- One row, changed by every append: room in its page keeps that away from the index.
CREATE TABLE journal.head (
  one   boolean PRIMARY KEY DEFAULT true CHECK (one),
  last  bigint NOT NULL,
  hash  bytea  NOT NULL CHECK (octet_length(hash) = 32),
  epoch bigint NOT NULL
) WITH (fillfactor = 10);
INSERT INTO journal.head (last, hash, epoch) VALUES (0, decode(repeat('00', 32), 'hex'), 0);

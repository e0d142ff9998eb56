//go:build cgo

package duck

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/duckdb/duckdb-go/v2"

	"opentote/bench"
	"opentote/tote"
)

// Settle loads the units into a native table on disk, finds the winning ones with
// one scan, groups them by rank, and pays each bet: every unit rounded on its own
// to the nearest cent, halves up (II-14). DuckDB uses all cores.
func (reference) Settle(ctx context.Context, u *bench.Units) (_ *bench.Settled, err error) {
	connector, err := duckdb.NewConnector(filepath.Join(filepath.Dir(u.Path), "units.duckdb"), nil)
	if err != nil {
		return nil, err
	}
	db := sql.OpenDB(connector)
	defer func() { err = errors.Join(err, db.Close()) }()
	conn, err := db.Conn(ctx)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, conn.Close()) }()
	s := session{ctx, conn}
	var got bench.Settled
	if err := conn.QueryRowContext(ctx, "SELECT version()").Scan(&got.Version); err != nil {
		return nil, err
	}
	began := time.Now()
	if err := s.load(u); err != nil {
		return nil, fmt.Errorf("load: %w", err)
	}
	got.Load = time.Since(began)
	began = time.Now()
	cpu := bench.CPUTime()
	stakes, err := s.count(u.Classes)
	if err != nil {
		return nil, fmt.Errorf("count: %w", err)
	}
	got.Count = time.Since(began)
	dividends, err := u.Share(stakes)
	if err != nil {
		return nil, err
	}
	began = time.Now()
	if err := s.pay(dividends); err != nil {
		return nil, fmt.Errorf("pay: %w", err)
	}
	got.Pay, got.CPU = time.Since(began), bench.CPUTime()-cpu
	if got.Winnings, err = s.winnings(); err != nil {
		return nil, err
	}
	if info, err := os.Stat(filepath.Join(filepath.Dir(u.Path), "units.duckdb")); err == nil {
		got.Footprint = info.Size()
	}
	return &got, nil
}

// session is one connection at work.
type session struct {
	ctx  context.Context
	conn *sql.Conn
}

func (s session) exec(statements ...string) error {
	for _, statement := range statements {
		if _, err := s.conn.ExecContext(s.ctx, statement); err != nil {
			return err
		}
	}
	return nil
}

// load fills the table of units and that of the winning combinations.
func (s session) load(u *bench.Units) error {
	err := s.exec(
		"CREATE TABLE units (bet UINTEGER, stake UINTEGER, horses UBIGINT)",
		"CREATE TABLE winners (horses UBIGINT, class UTINYINT)",
	)
	if err != nil {
		return err
	}
	err = s.fill("winners", func(add func(...driver.Value) error) error {
		for key, class := range u.Winners {
			if err := add(uint64(key), uint8(class)); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	err = s.fill("units", func(add func(...driver.Value) error) error {
		return u.Each(func(unit bench.Unit) error {
			return add(unit.Bet, uint32(unit.Stake), uint64(unit.Key))
		})
	})
	if err != nil {
		return err
	}
	return s.exec("CHECKPOINT")
}

// fill appends rows to a table.
func (s session) fill(table string, rows func(add func(...driver.Value) error) error) error {
	return s.conn.Raw(func(c any) error {
		appender, err := duckdb.NewAppenderFromConn(c.(driver.Conn), "", table)
		if err != nil {
			return err
		}
		return errors.Join(rows(appender.AppendRow), appender.Close())
	})
}

// count keeps the winning units and sums their stakes by class.
func (s session) count(classes int) (stakes []tote.Money, err error) {
	err = s.exec("CREATE TEMP TABLE hits AS SELECT bet, stake::BIGINT AS stake, class FROM units JOIN winners USING (horses)")
	if err != nil {
		return nil, err
	}
	rows, err := s.conn.QueryContext(s.ctx, "SELECT class, sum(stake)::BIGINT FROM hits GROUP BY class")
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	stakes = make([]tote.Money, classes)
	for rows.Next() {
		var class int
		var sum int64
		if err := rows.Scan(&class, &sum); err != nil {
			return nil, err
		}
		stakes[class-1] = tote.Money(sum)
	}
	return stakes, rows.Err()
}

// pay writes what each bet wins into a table.
func (s session) pay(dividends []tote.Dividend) error {
	err := s.exec("CREATE TEMP TABLE dividends (class UTINYINT, dividend BIGINT)")
	if err != nil {
		return err
	}
	for i, d := range dividends {
		if _, err := s.conn.ExecContext(s.ctx, "INSERT INTO dividends VALUES (?, ?)", i+1, int64(d)); err != nil {
			return err
		}
	}
	return s.exec(`CREATE TEMP TABLE payouts AS
		SELECT bet, sum((stake * dividend + 50) // 100)::BIGINT AS won
		FROM hits JOIN dividends USING (class) WHERE dividend > 0 GROUP BY bet`)
}

// winnings reads the payouts, in order of the bets.
func (s session) winnings() (won []bench.Payment, err error) {
	rows, err := s.conn.QueryContext(s.ctx, "SELECT bet, won FROM payouts WHERE won > 0 ORDER BY bet")
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var bet uint32
		var money int64
		if err := rows.Scan(&bet, &money); err != nil {
			return nil, err
		}
		won = append(won, bench.Payment{Bet: bet, Money: tote.Money(money)})
	}
	return won, rows.Err()
}

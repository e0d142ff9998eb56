package bench

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"

	"opentote/tote"
)

// A file of units is what a system without patterns works from: every bet
// expanded into its unit combinations, one record of sixteen bytes each, bets in
// order, without separators. Numbers are unsigned, most significant byte first, as
// COBOL's COMP has them:
//
//	bet     4 bytes   number of the bet in its pool, from 0
//	stake   4 bytes   cents on this combination
//	horses  8 bytes   numbers, one a byte, in the stipulated order, or in
//	                  increasing order for a bet without; then zeros
//
// They are written in blocks of so many; the last block ends in zeros.
const (
	UnitSize   = 16
	unitHorses = 8
	unitBlock  = 1024
)

// Key is a unit combination: the eight bytes of its horses as a number.
type Key uint64

// Unit is a record of a file of units.
type Unit struct {
	Bet   uint32
	Stake tote.Money
	Key   Key
}

// keyOfUnit returns the key of horses that are in order, and at most unitHorses.
func keyOfUnit(horses []tote.Horse) Key {
	var b [unitHorses]byte
	for i, h := range horses {
		b[i] = byte(h)
	}
	return Key(binary.BigEndian.Uint64(b[:]))
}

// horses returns the combination's numbers.
func (k Key) horses() []tote.Horse {
	horses := make([]tote.Horse, 0, unitHorses)
	for ; k != 0; k <<= 8 {
		horses = append(horses, tote.Horse(k>>56))
	}
	return horses
}

// append writes a record.
func (u Unit) append(to []byte) []byte {
	to = binary.BigEndian.AppendUint32(to, u.Bet)
	to = binary.BigEndian.AppendUint32(to, uint32(u.Stake))
	return binary.BigEndian.AppendUint64(to, uint64(u.Key))
}

// Units is a settled pool expanded, for whoever settles it another way.
type Units struct {
	Path string // of the file of units
	// Bets and Count are how many bets and units there are.
	Bets, Count int
	// Classes are the ways to win, by class less one: a unit of class 0 loses.
	Classes int
	// Winners gives the class of each combination in the file that wins.
	Winners map[Key]int
	// Places gives the place of each horse that counts for a rank, from 1, else 0.
	Places [tote.MaxHorse + 1]uint8
	// Share computes what a stake of one euro on a unit is paid, by class, from
	// what is staked on each.
	Share func(stakes []tote.Money) ([]tote.Dividend, error)
}

// Each calls f with every unit in order.
func (u *Units) Each(f func(Unit) error) (err error) {
	file, err := os.Open(u.Path)
	if err != nil {
		return fmt.Errorf("bench: units: %w", err)
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	r := bufio.NewReaderSize(file, 1<<20)
	var record [UnitSize]byte
	for {
		if _, err := io.ReadFull(r, record[:]); err != nil {
			if err == io.EOF {
				return nil
			}
			return fmt.Errorf("bench: units: %w", err)
		}
		key := Key(binary.BigEndian.Uint64(record[8:]))
		if key == 0 {
			return nil // what is left of the last block
		}
		err := f(Unit{
			Bet:   binary.BigEndian.Uint32(record[:]),
			Stake: tote.Money(binary.BigEndian.Uint32(record[4:])),
			Key:   key,
		})
		if err != nil {
			return err
		}
	}
}

// Payment is what a bet is paid.
type Payment struct {
	Bet   uint32
	Money tote.Money
}

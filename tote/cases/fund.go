package cases

import (
	"math/big"

	"opentote/tote"
)

// ReserveFund are the further figures of an e-Quinté+.
type ReserveFund struct {
	TransferredCents tote.Money `json:"transferred_cents"`
	FundLevyCents    string     `json:"fund_levy_cents"`
	TirelireCents    string     `json:"tirelire_cents"`
	FundInCents      string     `json:"fund_in_cents"`
	// OrdreWithoutTirelire is the dividend of each combination in the exact order
	// before the e-Tirelire is added.
	OrdreWithoutTirelire map[string]string `json:"ordre_without_tirelire"`
}

// reserveFund returns what a pool with a reserve fund shows of it, nil for the
// others.
func reserveFund(settled *tote.Settlement, lines []tote.Line, stakes tote.Stakes) *ReserveFund {
	f := settled.Fund
	if f == nil {
		return nil
	}
	shown := &ReserveFund{
		TransferredCents:     stakes.Transferred,
		FundLevyCents:        decimal(f.Levy),
		TirelireCents:        decimal(f.Paid),
		FundInCents:          decimal(settled.Booster),
		OrdreWithoutTirelire: map[string]string{},
	}
	for i, dividend := range f.Without {
		if dividend != 0 {
			shown.OrdreWithoutTirelire[lines[i].Combination] = dividend.String()
		}
	}
	return shown
}

// kept returns the part of the money that went into the reserve fund that is
// neither the levy nor the e-Tirelire.
func kept(settled *tote.Settlement, added tote.Money) *big.Rat {
	unspent := new(big.Rat).Sub(added.Rat(), settled.Fund.Paid)
	rest := new(big.Rat).Sub(settled.Booster, settled.Fund.Levy)
	return rest.Sub(rest, unspent)
}

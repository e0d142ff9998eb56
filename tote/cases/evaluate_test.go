package cases_test

import (
	"fmt"
	"math/big"
	"strings"
)

// evaluate computes a sum as workings write it, "€1,200.00 × (1 − 13.9%) ÷ 3", with
// products before sums.
func evaluate(text string) (*big.Rat, error) {
	text = strings.NewReplacer("€", "", ",", "", " ", "").Replace(text)
	p := &parser{rest: text}
	value, err := p.sum()
	if err == nil && p.rest != "" {
		err = fmt.Errorf("cannot read %q of %q", p.rest, text)
	}
	return value, err
}

type parser struct{ rest string }

// take takes a sign off the rest, if it is next.
func (p *parser) take(sign string) (ok bool) {
	p.rest, ok = strings.CutPrefix(p.rest, sign)
	return ok
}

func (p *parser) sum() (*big.Rat, error) {
	value, err := p.product()
	for err == nil {
		var next *big.Rat
		switch {
		case p.take("+"):
			if next, err = p.product(); err == nil {
				value.Add(value, next)
			}
		case p.take("−"):
			if next, err = p.product(); err == nil {
				value.Sub(value, next)
			}
		default:
			return value, nil
		}
	}
	return nil, err
}

func (p *parser) product() (*big.Rat, error) {
	value, err := p.figure()
	for err == nil {
		var next *big.Rat
		switch {
		case p.take("×"):
			if next, err = p.figure(); err == nil {
				value.Mul(value, next)
			}
		case p.take("÷"):
			if next, err = p.figure(); err == nil && next.Sign() == 0 {
				err = fmt.Errorf("division by zero")
			}
			if err == nil {
				value.Quo(value, next)
			}
		default:
			return value, nil
		}
	}
	return nil, err
}

func (p *parser) figure() (*big.Rat, error) {
	if p.take("−") {
		value, err := p.figure()
		if err == nil {
			value.Neg(value)
		}
		return value, err
	}
	if p.take("(") {
		value, err := p.sum()
		if err == nil && !p.take(")") {
			err = fmt.Errorf("no closing parenthesis before %q", p.rest)
		}
		return value, err
	}
	digits := p.rest[:len(p.rest)-len(strings.TrimLeft(p.rest, "0123456789./"))]
	p.rest = p.rest[len(digits):]
	value, ok := new(big.Rat).SetString(digits)
	if !ok {
		return nil, fmt.Errorf("no number in %q before %q", digits, p.rest)
	}
	if p.take("%") {
		value.Quo(value, big.NewRat(100, 1))
	}
	return value, nil
}

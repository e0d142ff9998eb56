package main

import "strings"

// Names are glued from syllables rather than taken from a dictionary, so that
// none is a real horse's or person's but by an unlikely accident.
var (
	openings = []string{
		"Bra", "Cor", "Del", "Fau", "Gri", "Jou", "Lom", "Mar", "Nor", "Ouz", "Pel", "Quen", "Riv", "Sor", "Tav", "Urv",
		"Vel", "Zan", "Ast", "Elb",
	}
	middles = []string{"a", "e", "i", "o", "ou", "an", "em", "il", "or", "ur"}
	endings = []string{
		"brac", "vigne", "lune", "tombe", "darque", "fosse", "quine", "rande", "mière", "zelle", "vaux", "grime", "nesque",
		"phore", "tisse", "plume",
	}
	families = []string{"courbe", "quelin", "vasset", "moulard", "dricourt", "blanchin", "terneau", "gaubert", "zingle", "frémond"}
	houses   = []string{"Haras", "Écurie", "Élevage", "Société"}
	titles   = []string{"des", "du Val", "de la Combe", "aux", "d'Outre"}
)

// horseName returns a name no other runner of the day has.
func (g *generator) horseName() string {
	for {
		name := pick(&g.dice, openings) + pick(&g.dice, middles) + pick(&g.dice, endings)
		if g.dice.below(3) == 0 {
			name += " " + pick(&g.dice, titles) + " " + pick(&g.dice, openings) + pick(&g.dice, endings)
		}
		if name = strings.ToUpper(name); !g.taken[name] {
			g.taken[name] = true
			return name
		}
	}
}

func (g *generator) person() string {
	initial := string(rune('A' + g.dice.below(26)))
	return initial + ". " + strings.ToUpper(pick(&g.dice, openings)+pick(&g.dice, families))
}

func (g *generator) owner() string {
	if g.dice.below(2) == 0 {
		return g.person()
	}
	return pick(&g.dice, houses) + " " + pick(&g.dice, openings) + pick(&g.dice, families)
}

var (
	colours  = []string{"bleu", "rouge", "vert", "jaune", "noir", "blanc", "mauve", "orange", "gris", "rose"}
	patterns = []string{"uni", "à croix", "à pois", "à chevrons", "cerclé", "à damiers", "à étoiles"}
	coats    = []string{"BAI", "ALEZAN", "GRIS", "NOIR", "BAI FONCE", "ROUAN"}
)

func (g *generator) silks() string {
	body, second := pick(&g.dice, colours), pick(&g.dice, colours)
	pattern := pick(&g.dice, patterns)
	if pattern == "uni" {
		return "corsage " + body + ", toque " + second
	}
	return "corsage " + body + " " + pattern + " " + second + ", toque " + body
}

// form writes the past places of a horse, the latest first: "1a3aDa(25)0a".
func (g *generator) form(letter string) string {
	var b strings.Builder
	races := g.dice.between(3, 9)
	for i := range races {
		if i == races/2 {
			b.WriteString("(25)")
		}
		b.WriteString(pick(&g.dice, []string{"1", "2", "3", "4", "5", "6", "7", "8", "0", "D"}))
		b.WriteString(letter)
	}
	return b.String()
}

// of is the French "of" before a name in capitals: "DE ", or "D'" before a
// vowel.
func of(name string) string {
	if strings.ContainsRune("AEIOUYÉ", []rune(name)[0]) {
		return "D'"
	}
	return "DE "
}

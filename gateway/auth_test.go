package gateway

import (
	"strings"
	"testing"

	"google.golang.org/protobuf/reflect/protoreflect"
	"pgregory.net/rapid"

	opentotev1 "opentote/api/gen/opentote/v1"
)

// procedures lists every procedure of the API's services.
func procedures() []string {
	var out []string
	files := []protoreflect.FileDescriptor{
		opentotev1.File_opentote_v1_racing_proto, opentotev1.File_opentote_v1_betting_proto,
		opentotev1.File_opentote_v1_account_proto, opentotev1.File_opentote_v1_office_proto,
	}
	for _, f := range files {
		for i := range f.Services().Len() {
			s := f.Services().Get(i)
			for j := range s.Methods().Len() {
				out = append(out, "/"+string(s.FullName())+"/"+string(s.Methods().Get(j).Name()))
			}
		}
	}
	return out
}

func tokens() *Tokens { return NewTokens([32]byte{7}) }

func TestTokenRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		id := Identity{Role: Staff, Subject: rapid.StringMatching(`[a-z0-9][a-z0-9-]{0,31}`).Draw(t, "name")}
		token, err := tokens().Issue(id)
		if err != nil {
			t.Fatal(err)
		}
		if got, ok := tokens().Check(token); !ok || got != id {
			t.Fatalf("Check(%q) = %v, %v", token, got, ok)
		}
		if _, ok := NewTokens([32]byte{8}).Check(token); ok {
			t.Fatal("a token of another key passes")
		}
		i := rapid.IntRange(0, len(token)-1).Draw(t, "position")
		b := []byte(token)
		b[i] ^= 1
		if _, ok := tokens().Check(string(b)); ok {
			t.Fatalf("%q passes for %q", b, token)
		}
	})
}

func TestTokensThatAreNotIssued(t *testing.T) {
	for _, id := range []Identity{
		{Role: Account, Subject: "0"}, {Role: Account, Subject: "-1"}, {Role: Till, Subject: "anna"},
		{Role: Till, Subject: "99999999999999999999"}, {Role: Staff, Subject: ""}, {Role: Staff, Subject: "a.b"},
		{Role: Staff, Subject: "Anna"}, {Role: "root", Subject: "1"}, {Role: Staff, Subject: strings.Repeat("a", 33)},
	} {
		if token, err := tokens().Issue(id); err == nil {
			t.Errorf("%v got %q", id, token)
		}
	}
}

func FuzzCheck(f *testing.F) {
	good, _ := tokens().Issue(Identity{Role: Till, Subject: "12"})
	f.Add(good)
	f.Add("ot1.staff.anna.")
	f.Fuzz(func(t *testing.T, token string) {
		if id, ok := tokens().Check(token); ok {
			if again, err := tokens().Issue(id); err != nil || token != again {
				t.Errorf("%q passes for %v, whose token is %q, %v", token, id, again, err)
			}
		}
	})
}

func BenchmarkCheck(b *testing.B) {
	t := tokens()
	token, _ := t.Issue(Identity{Role: Till, Subject: "12345"})
	b.ReportAllocs()
	for b.Loop() {
		if _, ok := t.Check(token); !ok {
			b.Fatal("refused")
		}
	}
}

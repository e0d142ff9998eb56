package main

import (
	"bytes"
	"testing"

	"opentote/racing/sample"
)

// TestRegenerating checks that the committed documents are the ones Gen writes.
func TestRegenerating(t *testing.T) {
	programme, participants, err := files()
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(programme, sample.Programme()) || !bytes.Equal(participants, sample.Participants()) {
		t.Error("racing/sample is not what its generator writes: run go generate ./racing/sample")
	}
}

func TestWriteNowhere(t *testing.T) {
	if err := write(t.TempDir() + "/missing"); err == nil {
		t.Error("writing into a missing folder: no error")
	}
}

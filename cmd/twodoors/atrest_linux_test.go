package main

import (
	"os"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
)

// smaps is what the system says of a process, shortened: its program, whose constants the linker has written to, its data, a
// library, and what is no file.
const smaps = `00400000-01600000 r-xp 00000000 fe:00 1052 /usr/bin/two doors
Size:              18432 kB
Rss:               12000 kB
Anonymous:             0 kB
VmFlags: rd ex mr mw me
01600000-02800000 r--p 01200000 fe:00 1052 /usr/bin/two doors
Rss:               14000 kB
Anonymous:             0 kB
02800000-02801000 r--p 02400000 fe:00 1052 /usr/bin/two doors
Rss:                   4 kB
Anonymous:             4 kB
02801000-028b0000 rw-p 02401000 fe:00 1052 /usr/bin/two doors
Anonymous:             0 kB
028b0000-028b1000 r--s 00000000 fe:00 1052 /usr/bin/two doors
Anonymous:             0 kB
028b1000-028b2000 ---p 00000000 fe:00 1052 /usr/bin/two doors
Anonymous:             0 kB
c000000000-c004000000 rw-p 00000000 00:00 0
Anonymous:          8000 kB
7f0000000000-7f0000100000 r-xp 00000000 fe:00 77 /lib/libc.so.6
Anonymous:             0 kB
7f0000100000-7f0000200000 r-xp 00000000 fe:01 1052 /another/disk
Anonymous:             0 kB
7ffc00000000-7ffc00002000 r-xp 00000000 00:00 0 [vdso]
Anonymous:             0 kB
7ffc00002000-7ffc00003000 r--p 00000000 fe:00 1052 /nothing/said
`

// TestClean: nothing is let go of but what can be read from the program's file again.
func TestClean(t *testing.T) {
	list, err := mappings(strings.NewReader(smaps))
	if err != nil {
		t.Fatal(err)
	}
	chosen := func(code uintptr) (starts []uintptr) {
		for _, m := range clean(list, code) {
			starts = append(starts, m.start)
		}
		return starts
	}
	if got := chosen(0x401000); !slices.Equal(got, []uintptr{0x400000, 0x1600000}) {
		t.Errorf("of the program: %x", got)
	}
	for what, code := range map[string]uintptr{"nowhere": 0x100, "no file": 0x7ffc00000100, "memory": 0xc000000100} {
		if got := chosen(code); got != nil {
			t.Errorf("code at %s: %x", what, got)
		}
	}
	if _, err := mappings(strings.NewReader("not smaps at all\n")); err == nil {
		t.Error("anything is taken for smaps")
	}
}

// TestLetGo: what this very process has in memory of its program becomes little.
func TestLetGo(t *testing.T) {
	f, err := os.Open("/proc/self/smaps")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	list, err := mappings(f)
	if err != nil {
		t.Fatal(err)
	}
	const populateRead = 22 // MADV_POPULATE_READ, since Linux 5.14
	for _, m := range clean(list, reflect.ValueOf(letGoOfProgram).Pointer()) {
		if _, _, fault := syscall.Syscall(syscall.SYS_MADVISE, m.start, m.end-m.start, populateRead); fault != 0 {
			t.Skip("this system cannot be asked to read all of the program")
		}
	}
	before := residentFile(t)
	letGoOfProgram()
	if after := residentFile(t); after > before/2 {
		t.Errorf("%d KiB of files before, %d after", before, after)
	}
}

// residentFile is what this process has in memory of files, in KiB.
func residentFile(t *testing.T) int64 {
	t.Helper()
	text, err := os.ReadFile("/proc/self/status")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(text), "RssFile:")
	kib, err := strconv.ParseInt(strings.Fields(rest)[0], 10, 64)
	if err != nil {
		t.Fatal(err)
	}
	return kib
}

package main

import (
	"bufio"
	"io"
	"os"
	"reflect"
	"strconv"
	"strings"
	"syscall"
)

// letGoOfProgram takes the program's own code and constants out of this process's memory. They are pages of its file,
// never written to: they stay in the system's cache, and what is used next comes back from there, page by page, when it
// is touched. The system maps 64 KiB around each such touch, and two hundred packages begin in as many places, so most
// of what starting has touched is never needed again. The system could take these pages at any time; until then they
// count as held. Afterwards the resident set says what is in use: a process that rests holds less than one that
// serves, whose pages are back after the first few requests, the first of which takes a millisecond or two longer.
//
// Where the system does not tell what is mapped, nothing happens.
func letGoOfProgram() {
	f, err := os.Open("/proc/self/smaps")
	if err != nil {
		return
	}
	defer f.Close()
	list, err := mappings(f)
	if err != nil {
		return
	}
	for _, m := range clean(list, reflect.ValueOf(letGoOfProgram).Pointer()) {
		// It fails where pages are locked in memory, and they stay then.
		_, _, _ = syscall.Syscall(syscall.SYS_MADVISE, m.start, m.end-m.start, syscall.MADV_DONTNEED)
	}
}

// mapping is a range of this process's addresses.
type mapping struct {
	start, end uintptr
	mode       string // such as r-xp
	file       string // device and inode; inode 0 is none
	own        bool   // pages of it were written to, and are the process's alone
}

// clean chooses the mappings that can be read anew at any time: those of the file that holds the code at an address,
// which nobody can write to and nobody has. Constants that a linker's relocations were written into before they
// were made read-only are not among them.
func clean(list []mapping, code uintptr) []mapping {
	file := ""
	for _, m := range list {
		if m.start <= code && code < m.end && !strings.HasSuffix(m.file, " 0") {
			file = m.file
		}
	}
	var chosen []mapping
	for _, m := range list {
		if file != "" && m.file == file && strings.HasPrefix(m.mode, "r-") && strings.HasSuffix(m.mode, "p") && !m.own {
			chosen = append(chosen, m)
		}
	}
	return chosen
}

// mappings reads smaps: a line for each mapping, and lines with figures below it.
func mappings(smaps io.Reader) ([]mapping, error) {
	var list []mapping
	lines := bufio.NewScanner(smaps)
	for lines.Scan() {
		fields := strings.Fields(lines.Text())
		if len(fields) < 2 {
			continue
		}
		if name, figure := strings.CutSuffix(fields[0], ":"); figure {
			if name == "Anonymous" && len(list) > 0 {
				list[len(list)-1].own = fields[1] != "0"
			}
			continue
		}
		from, to, _ := strings.Cut(fields[0], "-")
		start, err := strconv.ParseUint(from, 16, strconv.IntSize)
		if err != nil {
			return nil, err
		}
		end, err := strconv.ParseUint(to, 16, strconv.IntSize)
		if err != nil {
			return nil, err
		}
		m := mapping{start: uintptr(start), end: uintptr(end), mode: fields[1], own: true} // until it says otherwise
		if len(fields) >= 5 {
			m.file = fields[3] + " " + fields[4]
		}
		list = append(list, m)
	}
	return list, lines.Err()
}

package main

import (
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
)

// keyFault is something wrong with a keys folder.
type keyFault struct {
	want        string // in the line that says so
	spoil, mend func() error
}

func keyFaults(dir string) []keyFault {
	signing, cookie, more := filepath.Join(dir, "jwt-0001.pem"), filepath.Join(dir, "cookie-0001.pem"), filepath.Join(dir, "jwt-0002.pem")
	modes := func(path string, wrong, right fs.FileMode, want string) keyFault {
		return keyFault{want, func() error { return os.Chmod(path, wrong) }, func() error { return os.Chmod(path, right) }}
	}
	content := func(text, want string) keyFault {
		return keyFault{want,
			func() error { return os.WriteFile(more, []byte(text), 0o600) },
			func() error { return os.Remove(more) },
		}
	}
	const created = "Created: 2026-01-01T00:00:00Z\n\n"
	faults := []keyFault{
		content("hello", "is not one PEM block"),
		content("-----BEGIN TWODOORS SECRET-----\nAlgorithm: HS256\n"+created+"c2hvcnQ=\n-----END TWODOORS SECRET-----\n", "at least 32 are needed"),
		content("-----BEGIN PRIVATE KEY-----\nAlgorithm: EdDSA\n"+created+"c2hvcnQ=\n-----END PRIVATE KEY-----\n", "not a PKCS #8 private key"),
		{"is a directory", func() error { return os.Mkdir(more, 0o700) }, func() error { return os.Remove(more) }},
	}
	if runtime.GOOS == "windows" { // it has no such modes
		return faults
	}
	return append(faults,
		modes(dir, 0o755, 0o700, "chmod 700"), modes(dir, 0o770, 0o700, "chmod 700"),
		modes(signing, 0o640, 0o600, "chmod 600"), modes(cookie, 0o604, 0o600, "chmod 600"),
	)
}

package labs

import (
	"encoding/json"
	"os/exec"
	"reflect"
	"testing"
)

// TestRecordedFromDjango measures the real framework again, where this machine has it in the recorded versions, and compares.
func TestRecordedFromDjango(t *testing.T) {
	if exec.Command("/usr/bin/python3", "-c", "import rest_framework_simplejwt, django, rest_framework.authtoken").Run() != nil {
		t.Skip("needs the Debian packages that drf_same_lookup.py names")
	}
	printed, err := exec.Command("/usr/bin/python3", "drf_same_lookup.py").Output()
	if err != nil {
		t.Fatal(err)
	}
	var measured drfRecord
	if err := json.Unmarshal(printed, &measured); err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(measured.Queries, recorded.Queries) {
		t.Errorf("measured %v with %+v, recorded %v", measured.Queries, measured, recorded.Queries)
	}
}

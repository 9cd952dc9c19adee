package views

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// BenchSoak is what a server held under load that went on for long.
type BenchSoak struct {
	Rate, Most float64 // requests a second: in the mean, and at most just before
	Minutes    float64
	Visits     int
	Trends     []BenchTrend
	Resident   []float64 // MiB, at even distances of time
}

// BenchTrend says whether something grew.
type BenchTrend struct {
	What               string // "resident", "live", "goroutines"
	First, Last, Slope float64
	Flat               bool
}

func (s BenchSoak) flat() bool {
	for _, t := range s.Trends {
		if !t.Flat {
			return false
		}
	}
	return true
}

// Measures of the drawing of a soak.
const (
	soakLeft   = 60
	soakWidth  = 900
	soakHeight = 220
)

// scale is the top of the drawing, a round number, and the distance of its lines.
func (s BenchSoak) scale() (top, step float64) {
	most := 0.0
	for _, v := range s.Resident {
		most = max(most, v)
	}
	step = tickStep(most)
	return max(step, math.Ceil(most/step)*step), step
}

// ticks are the lines of the drawing: X is how far down each is.
func (s BenchSoak) ticks() []benchTick {
	top, step := s.scale()
	var list []benchTick
	for v := 0.0; v <= top+step/2; v += step {
		list = append(list, benchTick{s.down(v, top), strconv.FormatFloat(v, 'g', 4, 64)})
	}
	return list
}

func (s BenchSoak) down(v, top float64) int { return 10 + int(math.Round((1-v/top)*soakHeight)) }

// course is the line of the memory over time, from zero: what does not grow looks level.
func (s BenchSoak) course() string {
	top, _ := s.scale()
	points := make([]string, len(s.Resident))
	for i, v := range s.Resident {
		points[i] = fmt.Sprintf("%d,%d", soakLeft+i*soakWidth/max(1, len(s.Resident)-1), s.down(v, top))
	}
	return strings.Join(points, " ")
}

package main

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"time"

	vegeta "github.com/tsenart/vegeta/v12/lib"
)

// slack is how much more memory the server may have at the end than at the beginning, in MB: as much as the garbage of a few requests.
const slack = 50

// soak asks at an even pace, then for ten times what the server can take, then at the pace again.
func (b *bench) soak(ctx context.Context, d time.Duration, rate int, overload time.Duration) (err error) {
	s, err := b.start(ctx, runtime.NumCPU())
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.end()) }()
	pace := vegeta.Rate{Freq: rate, Per: time.Second}
	if _, err := b.attack(ctx, s, pace, 200, 10*time.Second, nil); err != nil { // warm
		return err
	}
	var looks []float64
	last := time.Now()
	look := func() {
		if time.Since(last) < time.Second {
			return
		}
		last = time.Now()
		if m, err := s.memory(); err == nil {
			looks = append(looks, m)
		}
	}
	var wrong []error
	refused := 0 // in the last part
	part := func(what string, pace vegeta.Rate, workers uint64, d time.Duration) error {
		looks = nil
		o, err := b.attack(ctx, s, pace, workers, d, look)
		if err != nil {
			return err
		}
		if len(looks) == 0 {
			return fmt.Errorf("%s: its memory was not looked at", what)
		}
		refused = o.refused
		tenth := max(3, len(looks)/10)
		first, end := median(looks[:min(tenth, len(looks))]), median(looks[max(0, len(looks)-tenth):])
		fmt.Printf("%-34s %7d right, %7d refused, %d wrong; p50 %.0f ms, p99 %.0f ms; memory %.0f MB first, %.0f MB at most, %.0f MB last\n",
			what, o.right, o.refused, o.wrong, 1000*o.Latencies.P50.Seconds(), 1000*o.Latencies.P99.Seconds(), first, slices.Max(looks), end)
		if o.wrong > 0 || o.right == 0 {
			wrong = append(wrong, fmt.Errorf("%s: %d wrong answers, %d right ones", what, o.wrong, o.right))
		}
		if end > first+slack {
			wrong = append(wrong, fmt.Errorf("%s: memory grew from %.0f to %.0f MB", what, first, end))
		}
		return nil
	}
	if err := part(fmt.Sprintf("%d a second for %v", rate, d), pace, 400, d); err != nil {
		return err
	}
	if err := part(fmt.Sprintf("%d a second for %v", 10*2*rate, overload), vegeta.Rate{Freq: 10 * 2 * rate, Per: time.Second}, 400, overload); err != nil {
		return err
	}
	// All answers have come, so nobody waits any more: whoever comes then one after the other is never refused.
	if err := part("one after the other afterwards", vegeta.Rate{}, 1, 10*time.Second); err != nil {
		return err
	}
	if refused > 0 {
		wrong = append(wrong, fmt.Errorf("%d were refused after the load", refused))
	}
	return errors.Join(wrong...)
}

func median(some []float64) float64 {
	sorted := slices.Sorted(slices.Values(some))
	return sorted[len(sorted)/2]
}

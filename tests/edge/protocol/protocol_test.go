package protocol

import (
	"flag"
	"math/rand/v2"
	"testing"
	"time"
)

var seed = flag.Uint64("protocol-seed", uint64(time.Now().UnixNano()), "of the random walks")

func few(broken rule) object {
	return object{broken: broken, changes: 3, duplicates: 1, deaths: 1, cleanups: 1}
}

// In whatever order up to three consumers, three changes of an object, a message too many, a death and a cleanup come: at rest the result
// is of the version that lies there, and the job has ended.
func TestObjectInEveryOrder(t *testing.T) {
	states, wrong := exhaust(few(none))
	if wrong != "" {
		t.Error(wrong)
	}
	t.Logf("%d states", states)
}

// Each rule is needed: without it there is an order in which something is wrong.
func TestObjectRulesAreNeeded(t *testing.T) {
	for name, broken := range map[string]rule{
		"check claim": checkClaim, "claim first": claimFirst, "retry what was not written": retryUnwritten,
		"cleanup waits": cleanupWaits,
	} {
		states, wrong := exhaust(few(broken))
		if wrong == "" {
			t.Errorf("%s: nothing is wrong without it, in %d states", name, states)
		}
		t.Logf("without %q: %s", name, wrong)
	}
}

func TestListInEveryOrder(t *testing.T) {
	start := list{duplicates: 3, deaths: 3}
	start.waits[0] = 1
	states, wrong := exhaust(start)
	if wrong != "" {
		t.Error(wrong)
	}
	t.Logf("%d states", states)
	for name, broken := range map[string]listRule{"keys first": keysFirst, "ask again": askAgain, "last lister": lastLister} {
		start.broken = broken
		if states, wrong := exhaust(start); wrong == "" {
			t.Errorf("%s: nothing is wrong without it, in %d states", name, states)
		}
	}
}

// Far more happens than every order of it could be tried.
func TestWalks(t *testing.T) {
	t.Logf("-protocol-seed %d", *seed)
	random := rand.New(rand.NewPCG(*seed, 0))
	longest := 0
	for range 5_000 {
		steps, wrong := walk(object{changes: 20, duplicates: 15, deaths: 15, cleanups: 3}, random)
		if wrong != "" {
			t.Fatal(wrong)
		}
		longest = max(longest, steps)
		start := list{duplicates: 20, deaths: 20}
		start.waits[0] = 1
		if _, wrong := walk(start, random); wrong != "" {
			t.Fatal(wrong)
		}
	}
	t.Logf("the longest of 5,000 has %d steps", longest)
}

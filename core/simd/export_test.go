package simd

// InstanceForTest is the instance that an engine runs in.
func InstanceForTest(e *Engine) Instance { return e.instance }

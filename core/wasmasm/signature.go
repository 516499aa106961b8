package wasmasm

// sig lists operand types: i, l, s and v are i32, i64, f32 and v128, the last operand on top of the stack.
var sig = struct{ s, i, l, v, ss, is, ii, il, iv, ll, vs, vi, vv, iii, iil, vvv []Type }{
	s:   []Type{F32},
	i:   []Type{I32},
	l:   []Type{I64},
	v:   []Type{V128},
	ss:  []Type{F32, F32},
	is:  []Type{I32, F32},
	ii:  []Type{I32, I32},
	il:  []Type{I32, I64},
	iv:  []Type{I32, V128},
	ll:  []Type{I64, I64},
	vs:  []Type{V128, F32},
	vi:  []Type{V128, I32},
	vv:  []Type{V128, V128},
	iii: []Type{I32, I32, I32},
	iil: []Type{I32, I32, I64},
	vvv: []Type{V128, V128, V128},
}

//go:build js && wasm

package main

import (
	"context"
	"errors"
	"syscall/js"

	"mobilenet/core/classify"
	"mobilenet/wasm/tab/contract"
)

// export makes f callable from JavaScript as api.name(args, done), between its arguments' decoder and its result's encoder.
func export[Args, Result any](p *program, api js.Value, name contract.Method[Args, Result], decode func(*decoder, js.Value) Args,
	f func(context.Context, Args) (Result, error), encode func(Result) js.Value) {
	call := func(given js.Value) (js.Value, error) {
		ctx := p.begin()
		p.decoder.err = nil
		args := decode(&p.decoder, given)
		if p.decoder.err != nil {
			return js.Value{}, p.decoder.err
		}
		result, err := f(ctx, args)
		if err != nil {
			return js.Value{}, err
		}
		return encode(result), nil
	}
	api.Set(string(name), js.FuncOf(func(_ js.Value, values []js.Value) any {
		given, done := values[0], values[1]
		go func() {
			result, err := call(given)
			p.announce()
			if err != nil {
				done.Invoke(encodeFailure(failureOf(err)))
				return
			}
			done.Invoke(nil, result)
		}()
		return nil
	}))
}

// A codedError is an error with a code of the library's, for its callers to tell cases apart.
type codedError struct {
	code contract.ErrorCode
	err  error
}

func (e *codedError) Error() string { return e.err.Error() }
func (e *codedError) Unwrap() error { return e.err }

// coded adds a code to err; nil stays nil.
func coded(code contract.ErrorCode, err error) error {
	if err == nil {
		return nil
	}
	return &codedError{code, err}
}

func failureOf(err error) *contract.Failure {
	code := contract.WorkerFailed
	if e, ok := errors.AsType[*codedError](err); ok {
		code = e.code
	} else if _, ok := errors.AsType[*classify.ClassError](err); ok {
		code = contract.BadArgument
	} else if errors.Is(err, context.Canceled) {
		code = contract.Aborted
	} else if errors.Is(err, classify.ErrNoClassifier) || errors.Is(err, classify.ErrNotFinite) {
		code = contract.ModelUnsupported
	}
	return &contract.Failure{Code: code, Message: err.Error()}
}

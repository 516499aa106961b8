// Package checks holds tests of what a server is run by: the Kubernetes manifest, decoded as Kubernetes does, and the systemd units. It is a Go
// module of its own, for Kubernetes' types are large.
package checks

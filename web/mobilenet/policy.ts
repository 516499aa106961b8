// What a page's Content-Security-Policy forbids. A refused download looks like a network failure and a refused worker like a
// broken one; only an event tells them apart.

const violations: SecurityPolicyViolationEvent[] = [];

globalThis.addEventListener?.('securitypolicyviolation', (event) => {
  violations.push(event as SecurityPolicyViolationEvent);
});

/** Gives a function that tells whether since now the policy has refused something under one of the directives. */
export function watchPolicy(...directives: string[]): () => Promise<boolean> {
  const seen = violations.length;
  return async () => {
    await new Promise((resolve) => setTimeout(resolve, 50)); // the event comes after the failure
    return violations.slice(seen).some((v) => directives.includes(v.effectiveDirective));
  };
}

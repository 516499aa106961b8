// Trusted Types: a page that requires them takes the address of a script from a policy alone, which its Content-Security-Policy
// has to name.

/** What is used of them; TypeScript has no types of them yet. */
interface Policies {
  createPolicy(
    name: string,
    rules: { createScriptURL(input: string): string },
  ): { createScriptURL(input: string): string };
}

/**
 * Gives a function that makes addresses of scripts by a rule, in the name of a policy where the browser knows of any. They are
 * for `new Worker` and the like, whose types say string.
 */
export function scriptUrls(policy: string, rule: (input: string) => string): (input: string) => string {
  const { trustedTypes } = globalThis as { trustedTypes?: Policies };
  let made: { createScriptURL(input: string): string } | undefined;
  return (input) => {
    try {
      made ??= trustedTypes?.createPolicy(policy, { createScriptURL: rule });
    } catch {
      // The page does not name this policy. It may require none, or have a default one that lets the text pass.
    }
    return made ? made.createScriptURL(input) : rule(input);
  };
}

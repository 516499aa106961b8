// Trusted Types: a page that requires them accepts a script's URL only from a policy that its Content-Security-Policy names.

/** The part of their API that is used; TypeScript has no types for it yet. */
interface Policies {
  createPolicy(
    name: string,
    rules: { createScriptURL(input: string): string },
  ): { createScriptURL(input: string): string };
}

/**
 * Gives a function that makes scripts' URLs by a rule, as a Trusted Types policy where the browser has them. They are for
 * `new Worker` and the like, whose types say string.
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

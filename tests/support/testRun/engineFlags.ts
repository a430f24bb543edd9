// Flags of node's engine for tests. They are the engine's own, and it renames them from version to version.

const [major = 0] = process.versions.node.split(".").map(Number);

/**
 * Flags that let code run `times` as long as usual before the engine optimises it: most code of a test runs a few times only, and to
 * compile it again takes longer than it saves. None for a node that nobody has tried.
 */
export const optimiseLater = (times: number): readonly string[] => {
  if (major < 22) return [`--interrupt-budget=${67_584 * times}`];
  if (major > 26) return [];
  return [`--invocation-count-for-maglev=${400 * times}`, `--invocation-count-for-turbofan=${3_000 * times}`];
};

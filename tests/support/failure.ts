// What some work fails with, for tests that look at its kind, its words and its advice.

/** The error; throws where the work succeeds. */
export const failure = async (work: Promise<unknown>): Promise<Error & { readonly advice?: string }> => {
  try {
    await work;
  } catch (error) {
    return error as Error;
  }
  throw new Error("it was expected to fail");
};

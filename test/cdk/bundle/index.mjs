/** Stands for the bundle that the build writes: these tests are about what is put around it. */
export const handler = async () => ({});

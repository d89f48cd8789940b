/** What a file says beside its topology. */
export interface Preface {
  /** Where an editor finds the JSON Schema, relative to the file. Not for TypeScript, which has types. */
  schema?: string;
  /** Sentences for whoever reads the file; each one line. JSON has no place for them. */
  remarks: string[];
}

/** The lines of a file beside its topology. */
export interface Preface {
  /** The path of the JSON Schema for editors, relative to the file. A TypeScript file has types instead. */
  schema?: string;
  /** Sentences for the reader of the file, each on one line. JSON has no place for them. */
  remarks: string[];
}

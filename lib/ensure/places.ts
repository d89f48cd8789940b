/** Limits how many tasks run at once. One task may take several places. Tasks start in the order in which they came. */
export class Places {
  readonly most: number;
  #free: number;
  readonly #waiting: { count: number; start: () => void }[] = [];

  constructor(most: number) {
    this.most = most;
    this.#free = most;
  }

  /** Runs a task when enough places are free, and holds them until the task ends. The task starts at once if it can. */
  hold<Result>(count: number, task: () => Promise<Result>): Promise<Result> {
    const places = Math.min(count, this.most);
    return new Promise((resolve, reject) => {
      const start = () => {
        const release = () => {
          this.#free += places;
          this.#admit();
        };
        task().finally(release).then(resolve, reject);
      };
      this.#waiting.push({ count: places, start });
      this.#admit();
    });
  }

  #admit(): void {
    for (let next = this.#waiting[0]; next && next.count <= this.#free; next = this.#waiting[0]) {
      this.#waiting.shift();
      this.#free -= next.count;
      next.start();
    }
  }
}

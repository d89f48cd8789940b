/** A limit of what is under way at once, of which one task may take several places. First come, first served. */
export class Places {
  readonly most: number;
  #free: number;
  readonly #waiting: { count: number; start: () => void }[] = [];

  constructor(most: number) {
    this.most = most;
    this.#free = most;
  }

  /** Waits for so many free places, and holds them until the task is over. With places free, it starts at once. */
  hold<Result>(count: number, task: () => Promise<Result>): Promise<Result> {
    const places = Math.min(count, this.most);
    return new Promise((resolve, reject) => {
      const start = () => {
        const over = () => {
          this.#free += places;
          this.#admit();
        };
        task().finally(over).then(resolve, reject);
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

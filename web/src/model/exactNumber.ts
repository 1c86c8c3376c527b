/** A number whose written form would be lost in a float (`1.0`, `1e3`, `12345678901234567890`). */
export class ExactNumber {
  constructor(readonly source: string) {}

  valueOf(): number {
    return Number(this.source);
  }

  toString(): string {
    return this.source;
  }

  toJSON(): unknown {
    const { rawJSON } = JSON as unknown as { rawJSON?: (source: string) => unknown };
    return rawJSON ? rawJSON(this.source) : Number(this.source);
  }
}

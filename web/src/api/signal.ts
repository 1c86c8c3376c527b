/** One thing that many may hear. */
export interface Signal<Value> {
  /** Be told of every value; returns the way to stop. */
  readonly listen: (listener: (value: Value) => void) => () => void;
  readonly tell: (value: Value) => void;
}

/** Make a signal. A listener that throws does not keep the others from hearing. */
export function createSignal<Value>(): Signal<Value> {
  const listeners = new Set<(value: Value) => void>();
  return {
    listen: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    tell: (value) => {
      for (const listener of [...listeners]) {
        try {
          listener(value);
        } catch (thrown) {
          reportError(thrown);
        }
      }
    },
  };
}

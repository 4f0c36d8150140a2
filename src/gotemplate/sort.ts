// Go's sort.Sort, which is not stable: where it leaves what is equal is what a file would otherwise differ in. It is the
// pattern-defeating quicksort of Go's source, step by step.

type Less = (one: number, other: number) => boolean;

interface Sorting {
  readonly less: Less;
  readonly swap: (one: number, other: number) => void;
}

const LONGEST_INSERTION = 12;
const SHORTEST_NINTHER = 50;
const SHORTEST_SHIFTING = 50;
const MOST_SHIFTS = 5;
const MOST_SWAPS = 12;

/** Sorts a list in place, as Go does. */
export function goSort<T>(list: T[], isLess: (one: T, other: T) => boolean): T[] {
  const sorting: Sorting = {
    less: (one, other) => isLess(list[one] as T, list[other] as T),
    swap: (one, other) => {
      [list[one], list[other]] = [list[other] as T, list[one] as T];
    },
  };
  quickSort(sorting, 0, list.length, bitLength(list.length));
  return list;
}

function quickSort(sorting: Sorting, from: number, to: number, badChoices: number): void {
  const { less } = sorting;
  let [start, end, limit] = [from, to, badChoices];
  let wasBalanced = true;
  let wasPartitioned = true;
  for (;;) {
    const length = end - start;
    if (length <= LONGEST_INSERTION) return insertionSort(sorting, start, end);
    if (limit === 0) return heapSort(sorting, start, end);
    if (!wasBalanced) {
      breakPatterns(sorting, start, end);
      limit -= 1;
    }
    let { pivot, order } = choosePivot(sorting, start, end);
    if (order === "decreasing") {
      reverse(sorting, start, end);
      pivot = end - 1 - (pivot - start);
      order = "increasing";
    }
    if (wasBalanced && wasPartitioned && order === "increasing" && partialInsertionSort(sorting, start, end)) return;
    if (start > 0 && !less(start - 1, pivot)) {
      start = partitionEqual(sorting, start, end, pivot);
      continue;
    }
    const { middle, already } = partition(sorting, start, end, pivot);
    wasPartitioned = already;
    const [left, right] = [middle - start, end - middle];
    wasBalanced = Math.min(left, right) >= Math.floor(length / 8);
    if (left < right) {
      quickSort(sorting, start, middle, limit);
      start = middle + 1;
    } else {
      quickSort(sorting, middle + 1, end, limit);
      end = middle;
    }
  }
}

function insertionSort({ less, swap }: Sorting, start: number, end: number): void {
  for (let i = start + 1; i < end; i += 1) {
    for (let j = i; j > start && less(j, j - 1); j -= 1) swap(j, j - 1);
  }
}

function heapSort(sorting: Sorting, start: number, end: number): void {
  const length = end - start;
  for (let i = Math.floor((length - 1) / 2); i >= 0; i -= 1) siftDown(sorting, i, length, start);
  for (let i = length - 1; i >= 0; i -= 1) {
    sorting.swap(start, start + i);
    siftDown(sorting, 0, i, start);
  }
}

function siftDown({ less, swap }: Sorting, low: number, high: number, first: number): void {
  for (let root = low; ; ) {
    let child = 2 * root + 1;
    if (child >= high) return;
    if (child + 1 < high && less(first + child, first + child + 1)) child += 1;
    if (!less(first + root, first + child)) return;
    swap(first + root, first + child);
    root = child;
  }
}

function partition({ less, swap }: Sorting, start: number, end: number, pivot: number): { readonly middle: number; readonly already: boolean } {
  swap(start, pivot);
  let [i, j] = [start + 1, end - 1];
  const close = () => {
    while (i <= j && less(i, start)) i += 1;
    while (i <= j && !less(j, start)) j -= 1;
    return i > j;
  };
  let already = true;
  while (!close()) {
    already = false;
    swap(i, j);
    [i, j] = [i + 1, j - 1];
  }
  swap(j, start);
  return { middle: j, already };
}

function partitionEqual({ less, swap }: Sorting, start: number, end: number, pivot: number): number {
  swap(start, pivot);
  let [i, j] = [start + 1, end - 1];
  for (;;) {
    while (i <= j && !less(start, i)) i += 1;
    while (i <= j && less(start, j)) j -= 1;
    if (i > j) return i;
    swap(i, j);
    [i, j] = [i + 1, j - 1];
  }
}

function partialInsertionSort({ less, swap }: Sorting, start: number, end: number): boolean {
  let i = start + 1;
  for (let shifts = 0; shifts < MOST_SHIFTS; shifts += 1) {
    while (i < end && !less(i, i - 1)) i += 1;
    if (i === end) return true;
    if (end - start < SHORTEST_SHIFTING) return false;
    swap(i, i - 1);
    if (i - start >= 2) for (let j = i - 1; j >= 1 && less(j, j - 1); j -= 1) swap(j, j - 1);
    if (end - i >= 2) for (let j = i + 1; j < end && less(j, j - 1); j += 1) swap(j, j - 1);
  }
  return false;
}

function breakPatterns({ swap }: Sorting, start: number, end: number): void {
  const length = end - start;
  if (length < 8) return;
  let random = BigInt(length);
  const mask = BigInt(2 ** bitLength(length) - 1);
  const middle = start + Math.floor(length / 4) * 2;
  for (let index = middle - 1; index <= middle + 1; index += 1) {
    random ^= BigInt.asUintN(64, random << 13n);
    random ^= random >> 7n;
    random ^= BigInt.asUintN(64, random << 17n);
    const other = Number(random & mask);
    swap(index, start + (other >= length ? other - length : other));
  }
}

function choosePivot({ less }: Sorting, start: number, end: number): { pivot: number; order: "increasing" | "decreasing" | "unknown" } {
  const quarter = Math.floor((end - start) / 4);
  let swaps = 0;
  const order2 = (one: number, other: number): [number, number] => {
    if (!less(other, one)) return [one, other];
    swaps += 1;
    return [other, one];
  };
  const median = (one: number, two: number, three: number): number => {
    let [a, b, c] = [one, two, three];
    [a, b] = order2(a, b);
    [b, c] = order2(b, c);
    [a, b] = order2(a, b);
    return b;
  };
  let [i, pivot, k] = [start + quarter, start + quarter * 2, start + quarter * 3];
  if (end - start >= 8) {
    if (end - start >= SHORTEST_NINTHER) [i, pivot, k] = [median(i - 1, i, i + 1), median(pivot - 1, pivot, pivot + 1), median(k - 1, k, k + 1)];
    pivot = median(i, pivot, k);
  }
  return { pivot, order: swaps === 0 ? "increasing" : swaps === MOST_SWAPS ? "decreasing" : "unknown" };
}

function reverse({ swap }: Sorting, start: number, end: number): void {
  for (let [i, j] = [start, end - 1]; i < j; [i, j] = [i + 1, j - 1]) swap(i, j);
}

function bitLength(value: number): number {
  return value === 0 ? 0 : Math.floor(Math.log2(value)) + 1;
}

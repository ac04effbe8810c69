/**
 * The inner loops of growing a tree, in AssemblyScript. Everything lies in one imported memory; places are byte offsets,
 * told once by `place` and `shape`. `npm run build:kernel` compiles this file to ../kernel-code.ts; nothing else reads it.
 *
 * A histogram's cell is the pair (gradient, second derivative) as two doubles, so that one 128-bit addition serves both.
 */

/** Bins, rows × width bytes. */
let codes: usize = 0;
/** The same column by column, width × rows. */
let byColumn: usize = 0;
/** Gradient and second derivative of each row, as floats. */
let pairs: usize = 0;
/** Numbers of the features that the tree may ask for, u32. */
let columns: usize = 0;
/** How many these are. */
let count: u32 = 0;
let width: u32 = 0;
let rows: u32 = 0;
/** Bytes of a histogram for one feature. */
let stride: u32 = 0;
/** 256 bytes: 1 where rows of a bin go left. */
let isLeft: usize = 0;

export function place(codesAt: usize, pairsAt: usize, columnsAt: usize, isLeftAt: usize): void {
  codes = codesAt;
  pairs = pairsAt;
  columns = columnsAt;
  isLeft = isLeftAt;
}

export function shape(allRows: u32, features: u32, bytes: u32): void {
  rows = allRows;
  width = features;
  stride = bytes;
}

/** Copies the bins, once they are all there, to `columnsAt`, where division reads them: rows of a node ascend, so do its loads. */
export function turn(columnsAt: usize): void {
  byColumn = columnsAt;
  for (let from: u32 = 0; from < rows; from += 1024) {
    const to = min(from + 1024, rows);
    for (let column: u32 = 0; column < width; column++) {
      const target = byColumn + <usize>column * rows;
      for (let row = from; row < to; row++) {
        store<u8>(target + row, load<u8>(codes + <usize>row * width + column));
      }
    }
  }
}

/** The first so many of `columns` are asked for from now on. */
export function use(features: u32): void {
  count = features;
}

/** Makes the histogram at `sums` of the rows whose numbers lie at [begin, end). */
export function accumulate(sums: usize, begin: usize, end: usize): void {
  memory.fill(sums, 0, width * stride);
  for (let from = begin; from < end; from += 4 * AHEAD) {
    const to = min(from + 4 * AHEAD, end);
    fetch(from, to);
    if (count === width) accumulateAll(sums, from, to);
    else accumulateSome(sums, from, to);
  }
}

/** Rows of which the memory is asked for before the first of them is added up, so that waits for it overlap. */
const AHEAD: usize = 32;
/** Bytes that memory comes in. */
const LINE: u32 = 64;

/** What the loads ahead come to: they would be left out if nobody could ask for it. */
export let fetched: u32 = 0;

/** Has bins and pairs of the rows brought into the cache. */
function fetch(begin: usize, end: usize): void {
  let all: u32 = 0;
  for (let at = begin; at < end; at += 4) {
    const row = load<u32>(at);
    const code = codes + <usize>row * width;
    for (let byte: u32 = 0; byte < width; byte += LINE) all ^= load<u8>(code + byte);
    all ^= load<u8>(code + width - 1) ^ load<u8>(pairs + <usize>row * 8);
  }
  fetched = all;
}

/** All features, four to a load while there are four. */
function accumulateAll(sums: usize, begin: usize, end: usize): void {
  const second: usize = stride;
  const third: usize = 2 * second;
  const fourth: usize = 3 * second;
  const step: usize = 4 * second;
  for (let at = begin; at < end; at += 4) {
    const row = load<u32>(at);
    const pair = f64x2.promote_low_f32x4(v128.load_zero<u64>(pairs + <usize>row * 8));
    let code = codes + <usize>row * width;
    const last = code + width;
    let cell = sums;
    while (code + 4 <= last) {
      const four = load<u32>(code);
      const a = cell + ((four & 255) << 4);
      const b = cell + second + (((four >> 8) & 255) << 4);
      const c = cell + third + (((four >> 16) & 255) << 4);
      const d = cell + fourth + ((four >> 24) << 4);
      v128.store(a, f64x2.add(v128.load(a), pair));
      v128.store(b, f64x2.add(v128.load(b), pair));
      v128.store(c, f64x2.add(v128.load(c), pair));
      v128.store(d, f64x2.add(v128.load(d), pair));
      code += 4;
      cell += step;
    }
    while (code < last) {
      const e = cell + ((<usize>load<u8>(code)) << 4);
      v128.store(e, f64x2.add(v128.load(e), pair));
      code += 1;
      cell += second;
    }
  }
}

/** The features of the tree, one by one. */
function accumulateSome(sums: usize, begin: usize, end: usize): void {
  const last = columns + <usize>count * 4;
  for (let at = begin; at < end; at += 4) {
    const row = load<u32>(at);
    const pair = f64x2.promote_low_f32x4(v128.load_zero<u64>(pairs + <usize>row * 8));
    const code = codes + <usize>row * width;
    for (let next = columns; next < last; next += 4) {
      const column = load<u32>(next);
      const cell = sums + <usize>column * stride + ((<usize>load<u8>(code + column)) << 4);
      v128.store(cell, f64x2.add(v128.load(cell), pair));
    }
  }
}

/** Takes the histogram at `part` away from that at `whole`. */
export function subtract(whole: usize, part: usize): void {
  const end = whole + <usize>width * stride;
  for (; whole < end; whole += 16, part += 16) v128.store(whole, f64x2.sub(v128.load(whole), v128.load(part)));
}

/**
 * Puts the row numbers of [begin, end) that go left first, each side in its order; `aside` is room for as many.
 * @returns where the right ones begin
 */
export function divide(feature: u32, begin: usize, end: usize, aside: usize): usize {
  let left = begin;
  let right = aside;
  const from = byColumn + <usize>feature * rows;
  for (let at = begin; at < end; at += 4) {
    const row = load<u32>(at);
    const goes: usize = load<u8>(isLeft + load<u8>(from + row));
    store<u32>(left, row);
    store<u32>(right, row);
    left += goes << 2;
    right += (1 - goes) << 2;
  }
  memory.copy(left, aside, right - aside);
  return left;
}

/**
 * The best cut of the bins whose cells lie at [begin, end), from low to high.
 * @param ask where nine doubles lie: gradient and second derivative of what goes left anyway, the node's two sums, l1, l2, the
 *   least and the most second derivative on the left, and what the sides' worth has to exceed; takes the best cut's two
 *   sums and worth in the places of the first, second and ninth
 * @returns the cell of the best cut's last bin on the left; 0: none exceeds
 */
export function cut(begin: usize, end: usize, ask: usize): usize {
  let left = v128.load(ask);
  const whole = v128.load(ask, 16);
  const l1 = load<f64>(ask, 32);
  const l2 = load<f64>(ask, 40);
  const least = load<f64>(ask, 48);
  const most = load<f64>(ask, 56);
  let worth = load<f64>(ask, 64);
  let best: usize = 0;
  for (let cell = begin; cell < end; cell += 16) {
    left = f64x2.add(left, v128.load(cell));
    const bend = f64x2.extract_lane(left, 1);
    if (bend < least) continue;
    if (bend > most) break;
    const right = f64x2.sub(whole, left);
    const a = shrunk(f64x2.extract_lane(left, 0), l1);
    const b = shrunk(f64x2.extract_lane(right, 0), l1);
    const below = bend + l2;
    const above = f64x2.extract_lane(right, 1) + l2;
    // a² / below + b² / above > worth, without a division for each bin
    if (!(a * a * above + b * b * below > worth * (below * above))) continue;
    worth = (a * a) / below + (b * b) / above;
    best = cell;
    v128.store(ask, left);
  }
  if (best !== 0) store<f64>(ask, worth, 64);
  return best;
}

/** The size of a number, less l1. */
function shrunk(gradient: f64, l1: f64): f64 {
  return max<f64>(abs<f64>(gradient) - l1, 0);
}

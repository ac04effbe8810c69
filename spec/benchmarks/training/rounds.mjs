/** All sides in turn, round after round, so that what else the machine does meets them all. */
import { median } from "../measure/text.mjs";

/**
 * A side takes one pass and gives {ms: per step, losses}. The first pass warms up; its losses tell whether two sides train
 * the same net: `off` is the largest relative difference in the first ten steps, null for one side.
 */
export async function timed(sides, rounds) {
  const [first, ...others] = await passes(sides, 1 + rounds);
  const [ours, theirs] = first.map(({ losses }) => losses.slice(0, 10));
  const times = sides.map((_, side) => others.map((round) => round[side].ms));
  return {
    times: times.map((all) => ({ median: median(all), least: Math.min(...all) })),
    off: theirs === undefined ? null : Math.max(...theirs.map((loss, at) => Math.abs(ours[at] / loss - 1))),
  };
}

async function passes(sides, count) {
  const rounds = [];
  for (let round = 0; round < count; round++) {
    const one = [];
    for (const pass of sides) one.push(await pass());
    rounds.push(one);
  }
  return rounds;
}

/** A pass of one trainer, which goes on from where the last one ended. */
export function passOf(trainer, { plan, ...data }) {
  let state = trainer.start();
  const pass = async () => {
    const began = performance.now();
    const done = await trainer.run(state, { data, plan });
    const ms = (performance.now() - began) / plan.dims[0];
    state = done.state;
    return { ms, losses: done.losses };
  };
  return { pass, weights: () => trainer.weights(state) };
}

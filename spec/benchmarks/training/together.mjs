/** Many nets of one shape at once, beside the same nets one after another. */
import { adam, Trainer, tensor, trainingProgram } from "onnx-train";
import { dataOf, programOptions, RATE } from "./nets.mjs";
import { passOf, timed } from "./rounds.mjs";

/** A plan for all, [steps, count, batch], apart: one for each. */
function apart({ dims: [steps, count, batch], data }) {
  return Array.from({ length: count }, (_, model) => {
    const own = new BigInt64Array(steps * batch);
    for (let step = 0; step < steps; step++)
      own.set(data.subarray((step * count + model) * batch, (step * count + model + 1) * batch), step * batch);
    return tensor("int64", [steps, batch], own);
  });
}

/** `count` passes of one net each, as one pass: losses as those of a program of all, ms per step of all. */
function inTurn(trainer, data) {
  const passes = apart(data.plan).map((plan) => passOf(trainer, { ...data, plan }).pass);
  return async () => {
    const all = [];
    for (const pass of passes) all.push(await pass());
    const losses = Array.from(all[0].losses, (_, step) => all.map((one) => one.losses[step])).flat();
    return { ms: all.reduce((sum, { ms }) => sum + ms, 0), losses };
  };
}

/** Times per step of one model. */
export async function besideItself(net, { count, rounds }) {
  const options = { ...programOptions(net), optimizer: adam({ rate: RATE }) };
  const data = dataOf({ ...net, batch: count * net.batch });
  const shared = { ...data, plan: tensor("int64", [net.steps, count, net.batch], data.plan.data) };
  const [one, all] = [trainingProgram(options), trainingProgram({ ...options, models: count })];
  const trainers = [await Trainer.open(all), await Trainer.open(one)];
  const found = await timed([passOf(trainers[0], shared).pass, inTurn(trainers[1], shared)], rounds);
  for (const trainer of trainers) await trainer.release();
  const [mine, theirs] = found.times.map(({ median, least }) => ({ median: median / count, least: least / count }));
  return { mine, theirs, off: found.off, models: { [`${net.name} × ${count}'s program`]: all.model } };
}

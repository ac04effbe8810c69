/** Both sides in turn, round after round, so that what else the machine does meets both. */
import { adam, Trainer, trainingProgram } from "onnx-train";
import { median } from "../measure/text.mjs";
import { conversation } from "../peers/python.mjs";
import { handedOver } from "./handover.mjs";
import { dataOf, programOptions, RATE } from "./nets.mjs";

/** A side is a function that takes one pass over the plan and gives {ms per step, losses}. */
async function ours(options, { plan, ...data }) {
  const trainer = await Trainer.open(trainingProgram({ ...options, optimizer: adam({ rate: RATE }) }));
  let state = trainer.start();
  const pass = async () => {
    const began = performance.now();
    const done = await trainer.run(state, { data, plan });
    const ms = (performance.now() - began) / plan.dims[0];
    state = done.state;
    return { ms, losses: done.losses };
  };
  return { pass, end: () => trainer.release() };
}

/** The first pass warms both up; its losses tell that both train the same net. */
async function timed(sides, rounds) {
  const [first, ...others] = await passes(sides, 1 + rounds);
  const off = first.length < 2 ? null : first[1].losses.map((loss, at) => Math.abs(first[0].losses[at] / loss - 1));
  return {
    times: sides.map((_, side) => others.map((round) => round[side].ms)),
    off: off && Math.max(...off.slice(0, 10)),
  };
}

async function passes(sides, count) {
  const rounds = [];
  for (let round = 0; round < count; round++) {
    const one = [];
    for (const { pass } of sides) one.push(await pass());
    rounds.push(one);
  }
  return rounds;
}

/** Medians and least times in ms per step; `theirs` null without a peer. */
export async function compared(net, { python, rounds }) {
  const options = programOptions(net);
  const data = dataOf(net);
  const own = await ours(options, data);
  const run = async (sides) => {
    const { times, off } = await timed(sides, rounds);
    const [mine, theirs = null] = times.map((all) => ({ median: median(all), least: Math.min(...all) }));
    return { mine, theirs, off };
  };
  try {
    if (python === null) return await run([own]);
    const rates = Array(net.steps).fill(RATE);
    const trains = [...options.model.graph.initializers.keys()].map(({ name }) => name);
    return await handedOver({ ...net.peer, model: options.model, trains, data, rates }, async (folder) => {
      const peer = await conversation(python, "torch_training.py", [folder]);
      try {
        return await run([own, { pass: () => peer.ask("pass") }]);
      } finally {
        peer.end();
      }
    });
  } finally {
    await own.end();
  }
}

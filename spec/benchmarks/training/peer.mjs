/** A net here beside the same net in PyTorch. */
import { adam, mergeAdapters, Trainer, trainingProgram, withWeights } from "onnx-train";
import { conversation } from "../peers/python.mjs";
import { handedOver } from "./handover.mjs";
import { dataOf, programOptions, RATE } from "./nets.mjs";
import { passOf, timed } from "./rounds.mjs";

/** Times are {median, least} in ms per step, `theirs` null without PyTorch; `models` what can be exported, by name. */
export async function besidePeer(net, { python, rounds }) {
  const options = programOptions(net);
  const program = trainingProgram({ ...options, optimizer: adam({ rate: RATE }) });
  const data = dataOf(net);
  const trainer = await Trainer.open(program);
  const { pass, weights } = passOf(trainer, data);
  try {
    const found = await withPeer(net, { python, options, program, data }, (peers) => timed([pass, ...peers], rounds));
    const { times, off } = found;
    return { mine: times[0], theirs: times[1] ?? null, off, models: exported(net, options.model, program, weights()) };
  } finally {
    await trainer.release();
  }
}

function exported({ name, adapters }, model, program, weights) {
  const learned = withWeights(model, weights);
  const plain = adapters ? { [`${name}, merged`]: mergeAdapters(learned) } : {};
  return { [name]: learned, ...plain, [`${name}'s program`]: program.model };
}

async function withPeer(net, { python, options, program, data }, use) {
  if (python === null) return use([]);
  const trains = program.parameters.map(({ name }) => name);
  const rates = Array(net.steps).fill(RATE);
  return handedOver({ ...net.peer, model: options.model, trains, data, rates }, async (folder) => {
    const peer = await conversation(python, "torch_training.py", [folder]);
    try {
      return await use([() => peer.ask("pass")]);
    } finally {
      peer.end();
    }
  });
}

/** Memory of this process: `node --expose-gc memoryChild.mjs peak NET [tidy]` or `growth CALLS`; prints JSON, sizes in bytes. */
import { setTimeout } from "node:timers/promises";
import { adam, encodeModel, GraphBuilder, openSession, Trainer, trainingProgram } from "onnx-train";
import { forgetPeak, peak } from "../../support/peak.mjs";
import { dataOf, NETS, programOptions } from "./nets.mjs";

const [, , what, argument, tidy] = process.argv;

/** Operators of which the output is a view of the input, or no activation. */
const VIEWS = new Set(["Constant", "Flatten", "Identity", "Reshape", "Shape", "Squeeze", "Unsqueeze"]);

function sizeOf({ type }, batch) {
  const sizes = type.shape.flatMap((size) => (typeof size === "number" ? [size] : size.split("*")));
  return 4 * sizes.reduce((product, size) => product * (Number(size) || batch), 1);
}

/** What the forward pass of a batch makes: the outputs of all nodes. */
function activationsOf({ graph }, batch) {
  const outputs = graph.nodes.filter(({ opType }) => !VIEWS.has(opType)).flatMap((node) => node.outputs);
  return outputs.reduce((sum, value) => sum + sizeOf(value, batch), 0);
}

const elements = (dims) => dims.reduce((product, size) => product * size, 1);

/** onnxruntime itself, loaded and run once. */
async function warmed() {
  const g = new GraphBuilder("warm");
  g.output(g.op("Identity", [g.float(1)]), "y");
  const session = await openSession(encodeModel(g.model()));
  await session.run({});
  await session.release();
}

/** Garbage goes back to the system a while after it was collected. */
async function collected() {
  for (let round = 0; round < 5; round++) {
    globalThis.gc();
    await setTimeout(20);
  }
  return process.memoryUsage.rss();
}

/** @param tidy whether garbage is collected behind each chunk: the peak is then what training needs */
async function peakOf(name, tidy) {
  const net = NETS[name];
  const options = programOptions(net);
  const { plan, ...data } = dataOf(net);
  await warmed();
  const before = await collected();
  forgetPeak();
  const program = trainingProgram({ ...options, optimizer: adam() });
  const trainer = await Trainer.open(program);
  let state = trainer.start();
  for (let chunk = 0; chunk < 8; chunk++) {
    ({ state } = await trainer.run(state, { data, plan }));
    if (tidy) globalThis.gc();
  }
  const found = peak();
  const held = program.state.reduce((sum, { dims }) => sum + 4 * elements(dims), 0);
  return {
    before,
    peak: found - before,
    state: held,
    activations: activationsOf(options.model, net.batch),
  };
}

/** V8 widens its heap in leaps of many MB, which ends, but says nothing of what is kept: `heap` is to be taken off. */
async function growth(calls) {
  const net = { ...NETS.small, steps: 1 };
  const { plan, ...data } = dataOf(net);
  const trainer = await Trainer.open(trainingProgram({ ...programOptions(net), optimizer: adam() }));
  let state = trainer.start();
  const samples = [];
  for (let call = 1; call <= 2 * calls; call++) {
    ({ state } = await trainer.run(state, { data, plan }));
    if (call < calls || call % (calls / 20) !== 0) continue;
    const rss = await collected();
    const { heapTotal, heapUsed } = process.memoryUsage();
    samples.push({ calls: call, outside: rss - heapTotal, used: heapUsed });
  }
  return samples;
}

console.log(JSON.stringify(await (what === "peak" ? peakOf(argument, tidy === "tidy") : growth(Number(argument)))));

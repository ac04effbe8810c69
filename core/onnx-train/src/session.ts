/** The one file that knows onnxruntime. It is loaded at the first session, so that building graphs costs nothing native. */
import type { InferenceSession, Tensor as OrtTensor } from "onnxruntime-node";
import { OnnxError } from "./errors.js";
import type { Dimension } from "./graph.js";
import { type ElementType, elementCount, type Tensor, type TensorData } from "./tensor.js";

export interface SessionOptions {
  /** Threads of one run; default 1, with which results are the same bits every time. */
  readonly threads?: number;
  /**
   * Where to run, in order of preference, by onnxruntime's own names: "cuda", "tensorrt", "dml", "coreml", … What a provider
   * doesn't have runs on the next one. Default the CPU. Others may give other bits from run to run.
   */
  readonly providers?: readonly string[];
  /**
   * Whether onnxruntime plans a run's memory ahead, as one block: quicker for small models, more memory for others. Default
   * true.
   */
  readonly planned?: boolean;
}

/** What a session takes or gives. */
export interface SessionValue {
  readonly name: string;
  readonly element: ElementType;
  /** Sizes, and names of sizes that are not fixed; empty also where the model tells no shape. */
  readonly shape: readonly Dimension[];
}

export interface Session {
  readonly inputs: readonly SessionValue[];
  readonly outputs: readonly SessionValue[];
  /**
   * Runs the model on one tensor for each input. Typed arrays must not lie on a SharedArrayBuffer: onnxruntime-node
   * refuses them ("Invalid argument", 1.30).
   * @throws OnnxError ONNX_RUN
   */
  run(feeds: Readonly<Record<string, Tensor>>): Promise<Record<string, Tensor>>;
  release(): Promise<void>;
}

const TO_ORT = {
  float: "float32",
  double: "float64",
  int8: "int8",
  uint8: "uint8",
  int16: "int16",
  uint16: "uint16",
  int32: "int32",
  uint32: "uint32",
  int64: "int64",
  uint64: "uint64",
  bool: "bool",
  float16: "float16",
  string: "string",
} as const satisfies Partial<Record<ElementType, OrtTensor.Type>>;

const FROM_ORT = new Map<string, ElementType>(
  Object.entries(TO_ORT).map(([element, type]) => [type, element as ElementType]),
);

/** Nothing but what ends the process: a failed load or run is thrown, with the same text as ORT would print. */
const SEVERITY_FATAL = 4;

/**
 * Loads a model with all graph optimisations.
 * @throws OnnxError ONNX_LOAD, also for a provider that this onnxruntime doesn't have
 */
export async function openSession(bytes: Uint8Array, options: SessionOptions = {}): Promise<Session> {
  const ort = await import("onnxruntime-node");
  const { threads = 1, providers = ["cpu"], planned = true } = options;
  assertProviders(providers, ort.listSupportedBackends());
  const settings = {
    executionProviders: [...providers],
    enableMemPattern: planned,
    graphOptimizationLevel: "all",
    executionMode: "sequential",
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    logSeverityLevel: SEVERITY_FATAL,
  } as const;
  const session = await ort.InferenceSession.create(bytes, settings).catch((error: unknown) => {
    throw failure("ONNX_LOAD", error);
  });
  return {
    inputs: session.inputMetadata.map(sessionValue),
    outputs: session.outputMetadata.map(sessionValue),
    run: (feeds) => runSession(session, ort.Tensor, feeds),
    release: () => session.release(),
  };
}

function assertProviders(wanted: readonly string[], backends: readonly { readonly name: string }[]): void {
  const known = backends.map(({ name }) => name);
  const missing = wanted.find((name) => !known.includes(name));
  if (missing === undefined) return;
  const has = known.map((name) => JSON.stringify(name)).join(", ");
  throw new OnnxError("ONNX_LOAD", `this onnxruntime has no provider ${JSON.stringify(missing)}; it has ${has}`);
}

async function runSession(
  session: InferenceSession,
  make: typeof OrtTensor,
  feeds: Readonly<Record<string, Tensor>>,
): Promise<Record<string, Tensor>> {
  try {
    const given = Object.entries(feeds).map(([name, tensor]) => [name, toOrt(make, tensor)] as const);
    const results = await session.run(Object.fromEntries(given));
    return Object.fromEntries(Object.entries(results).map(([name, result]) => [name, fromOrt(result)]));
  } catch (error) {
    throw failure("ONNX_RUN", error);
  }
}

/** ORT counts an empty tensor's bytes as absent and refuses it, hence the check before. */
function toOrt(make: typeof OrtTensor, { element, dims, data }: Tensor): OrtTensor {
  if (elementCount(dims) !== data.length) throw new Error(`[${dims.join(", ")}] does not hold ${data.length} values`);
  if (!(element in TO_ORT)) throw new Error(`onnxruntime-node takes no tensors of ${element}: cast them in the model`);
  return new make(TO_ORT[element as keyof typeof TO_ORT], data as string[], dims);
}

function fromOrt(result: OrtTensor): Tensor {
  return { element: elementOf(result.type), dims: result.dims, data: result.data as TensorData };
}

function sessionValue(meta: InferenceSession.ValueMetadata): SessionValue {
  if (!meta.isTensor) throw new OnnxError("ONNX_LOAD", `${JSON.stringify(meta.name)} is no tensor`);
  return { name: meta.name, element: elementOf(meta.type), shape: meta.shape };
}

function elementOf(type: string): ElementType {
  const element = FROM_ORT.get(type);
  if (element === undefined) throw new OnnxError("ONNX_LOAD", `tensors of ${type} are not supported`);
  return element;
}

function failure(code: "ONNX_LOAD" | "ONNX_RUN", error: unknown): OnnxError {
  if (error instanceof OnnxError) return error;
  return new OnnxError(code, error instanceof Error ? error.message : String(error), { cause: error });
}

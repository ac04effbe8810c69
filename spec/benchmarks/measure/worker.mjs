/** A thread that runs studies: one job a message. */
import { parentPort } from "node:worker_threads";
import { regrets } from "./study.mjs";

parentPort.on("message", async ({ at, job }) => parentPort.postMessage({ at, result: await regrets(job) }));

/** Runs jobs on a few threads. Which thread takes which job changes no result. */
import { Worker } from "node:worker_threads";

/** The results in the order of the jobs. `progress` is told after each one how many are done. */
export async function runAll(jobs, { threads = 2, progress = () => {} } = {}) {
  const results = [];
  let [next, done] = [0, 0];
  const one = async () => {
    const worker = new Worker(new URL("worker.mjs", import.meta.url));
    try {
      while (next < jobs.length) {
        const at = next++;
        results[at] = await answer(worker, { at, job: jobs[at] });
        progress(++done, jobs.length);
      }
    } finally {
      await worker.terminate();
    }
  };
  await Promise.all(Array.from({ length: Math.min(threads, jobs.length) }, one));
  return results;
}

function answer(worker, message) {
  return new Promise((resolve, reject) => {
    worker.once("error", reject);
    worker.once("message", ({ result }) => {
      worker.off("error", reject);
      resolve(result);
    });
    worker.postMessage(message);
  });
}

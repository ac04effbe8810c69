/**
 * What Piscina loads in each thread. It tries `require` before `import`, and a module of ours that fails in `require`
 * comes back from `import` as an assertion of Node's own, without the reason; so this file is CommonJS and has no reason
 * to fail.
 */
import type { JobKind, JobResult } from "../core/evaluator/messages.js" with { "resolution-mode": "import" };
import type { Assignment } from "./assignment.js" with { "resolution-mode": "import" };

const loading = import("./task.js");
loading.catch(() => {
  // Told by the job that comes to it.
});

export async function run(assignment: Assignment): Promise<JobResult<JobKind>> {
  const task = await loading;
  return task.run(assignment);
}

import { readFileSync, writeFileSync } from "node:fs";

/**
 * Bytes: the most that this process has held, since `forgetPeak` where the kernel forgets (Linux alone). getrusage(2)'s maxrss,
 * which is all there is elsewhere, starts at the size of the process that forked this one.
 */
export function peak() {
  try {
    return 1024 * Number(/VmHWM:\s*(\d+)/.exec(readFileSync("/proc/self/status", "utf8"))[1]);
  } catch {
    return 1024 * process.resourceUsage().maxRSS;
  }
}

export function forgetPeak() {
  try {
    writeFileSync("/proc/self/clear_refs", "5");
  } catch {
    // Without it the peak is that of the whole life, which is higher or the same.
  }
}

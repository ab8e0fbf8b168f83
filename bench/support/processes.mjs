// What the kernel says about processes (Linux).
import { readdirSync, readFileSync } from 'node:fs';

/** The kernel counts CPU time in hundredths of a second. */
const TICK_MS = 10;

function stat(pid) {
  const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // The name, in parentheses, may hold anything; what follows it is regular.
  return text.slice(text.lastIndexOf(')') + 2).split(' ');
}

/** Milliseconds of CPU of a process and of the children that it has waited for. */
export function cpuMs(pid) {
  const fields = stat(pid);
  return [11, 12, 13, 14].reduce((sum, index) => sum + Number(fields[index]), 0) * TICK_MS;
}

/** Of a process and all its living children. */
export function treeCpuMs(pid) {
  let sum = cpuMs(pid);
  for (const entry of readdirSync('/proc')) {
    if (!/^\d+$/.test(entry)) continue;
    try {
      if (Number(stat(entry)[1]) === pid) sum += cpuMs(Number(entry));
    } catch {
      // It has ended meanwhile.
    }
  }
  return sum;
}

/** Resident memory at its highest, in megabytes. */
export function peakMemoryMb(pid) {
  const [, kilobytes] = /VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Math.round(Number(kilobytes) / 1024);
}

/** Resident memory now, in megabytes. */
export function memoryMb(pid) {
  const [, kilobytes] = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Math.round(Number(kilobytes) / 1024);
}

export function quantile(sorted, share) {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
}

// Clients that submit jobs and ask for them, until SIGTERM; then every accepted job must come to its end.
//   KEY=… node load.js http://localhost:8000/v2/stable-diffusion-v1
// Prints each call that failed otherwise than with 503, and the counts. The exit code is 0 if none did and no job was lost.
import { setTimeout as delay } from "node:timers/promises";

const [base] = process.argv.slice(2);
const headers = { Authorization: `Bearer ${process.env.KEY}`, "Content-Type": "application/json" };
const accepted = [];
const counts = { calls: 0, unavailable: 0, failed: 0 };
let stopping = false;
process.on("SIGTERM", () => { stopping = true; });

async function call(method, path, body) {
  counts.calls++;
  try {
    const response = await fetch(base + path, { method, headers, body, signal: AbortSignal.timeout(30_000) });
    const text = await response.text();
    if (response.ok) {
      return JSON.parse(text);
    }

    if (response.status === 503) {
      counts.unavailable++;
    } else {
      counts.failed++;
      console.log(`${new Date().toISOString()} ${method} ${path}: ${response.status} ${text.slice(0, 200)}`);
    }
  } catch (error) {
    counts.failed++;
    console.log(`${new Date().toISOString()} ${method} ${path}: ${error.cause?.code ?? error.message}`);
  }
}

const ended = job => job !== undefined && job.status !== "IN_QUEUE" && job.status !== "IN_PROGRESS";

async function client(number) {
  const input = { prompt: "a red circle", num_inference_steps: 2, seed: number };
  while (!stopping) {
    let job = await call("POST", "/run", JSON.stringify({ input }));
    if (job) {
      accepted.push(job.id);
    }

    do {
      await delay(50);
      job = job && (await call("GET", `/status/${job.id}`) ?? job);
    } while (job && !ended(job) && !stopping);
  }
}

await Promise.all(Array.from({ length: 8 }, (_, number) => client(number)));

const open = new Set(accepted);
const outcomes = {};
const deadline = Date.now() + 60_000;
while (open.size > 0 && Date.now() < deadline) {
  for (const id of open) {
    const job = await call("GET", `/status/${id}`);
    if (ended(job)) {
      open.delete(id);
      outcomes[job.status] = (outcomes[job.status] ?? 0) + 1;
    }
  }

  await delay(200);
}

console.log(JSON.stringify({ ...counts, jobs: accepted.length, outcomes, unfinished: open.size }));
process.exit(counts.failed === 0 && accepted.length > 0 && outcomes.COMPLETED === accepted.length ? 0 : 1);

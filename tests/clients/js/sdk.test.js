// Every method of npm runpod-sdk, with its options, against a running service.
import assert from "node:assert/strict";
import { test } from "node:test";
import { eventually, longInput, sdk, shortInput, whileRunning } from "./support.js";

const endpoint = sdk();

const ended = (id) => endpoint.statusSync(id);

test("run answers an id and IN_QUEUE", async () => {
  const job = await endpoint.run({ input: shortInput });
  assert.match(job.id, /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}$/);
  assert.deepEqual(job, { id: job.id, status: "IN_QUEUE" });
  await ended(job.id);
});

test("run takes every field of the SDK's request type", async () => {
  const job = await endpoint.run({
    input: shortInput,
    policy: { executionTimeout: 60_000, ttl: 120_000, lowPriority: true },
  }, 5_000);
  assert.equal((await ended(job.id)).status, "COMPLETED");
});

test("status of a completed job has the output and the times", async () => {
  const { id } = await endpoint.run({ input: shortInput });
  const job = await eventually(() => endpoint.status(id), (answer) => answer.completed);
  assert.equal(job.id, id);
  assert.equal(job.status, "COMPLETED");
  assert.equal(job.started, true);
  assert.equal(job.succeeded, true);
  assert.ok(Number.isInteger(job.delayTime) && Number.isInteger(job.executionTime));
  assert.equal(job.output[0].seed, shortInput.seed);
});

test("the picture of a completed job is fetched without a key", async () => {
  const job = await endpoint.runSync({ input: shortInput });
  const response = await fetch(job.output[0].image);
  assert.equal(response.status, 200);
  assert.equal(response.headers.get("content-type"), "image/png");
  const bytes = Buffer.from(await response.arrayBuffer());
  assert.equal(bytes.subarray(1, 4).toString(), "PNG");
});

test("runSync answers the completed job", async () => {
  const job = await endpoint.runSync({ input: shortInput }, 60_000);
  assert.match(job.id, /^sync-/);
  assert.deepEqual([job.status, job.started, job.completed, job.succeeded], ["COMPLETED", true, true, true]);
  assert.equal(job.output.length, 1);
});

test("runSync of an input that the model refuses is FAILED with the reason", async () => {
  const job = await endpoint.runSync({ input: { seed: 1 } });
  assert.deepEqual([job.status, job.completed, job.succeeded], ["FAILED", true, false]);
  assert.match(job.error, /prompt is a required input/);
});

test("runSync gives up after its timeout and leaves the job running", async () => {
  const job = await endpoint.runSync({ input: longInput }, 1_000);
  assert.deepEqual([job.status, job.started, job.completed], ["IN_PROGRESS", true, false]);
  assert.equal((await endpoint.status(job.id)).status, "IN_PROGRESS");
  assert.equal((await endpoint.cancel(job.id)).status, "CANCELLED");
});

test("statusSync waits for the end", async () => {
  const { id } = await endpoint.run({ input: shortInput });
  const job = await endpoint.statusSync(id, 30_000);
  assert.deepEqual([job.id, job.status, job.completed], [id, "COMPLETED", true]);
});

test("statusSync of a running job answers when the wait is over", async () => {
  await whileRunning(async (id) => {
    const start = Date.now();
    const job = await endpoint.statusSync(id, 1_000);
    assert.deepEqual([job.status, job.completed, job.succeeded], ["IN_PROGRESS", false, false]);
    assert.ok(Date.now() - start >= 950);
  });
});

test("cancel ends a running job", async () => {
  await whileRunning(async (id) => {
    const cancelled = await endpoint.cancel(id);
    assert.equal(cancelled.id, id);
    assert.equal(cancelled.status, "CANCELLED");
    assert.deepEqual(Object.entries(cancelled).filter(([name, value]) => name.endsWith("Time") && !Number.isInteger(value)), []);
    const job = await endpoint.status(id);
    assert.deepEqual([job.status, job.completed, job.succeeded], ["CANCELLED", true, false]);
  });
});

test("cancel ends a queued job", async () => {
  await whileRunning(async () => {
    const { id } = await endpoint.run({ input: shortInput });
    assert.equal((await endpoint.cancel(id, 5_000)).status, "CANCELLED");
    assert.equal((await ended(id)).status, "CANCELLED");
  });
});

test("cancel of a completed job answers it as it is", async () => {
  const done = await endpoint.runSync({ input: shortInput });
  const answer = await endpoint.cancel(done.id);
  assert.equal(answer.status, "COMPLETED");
  assert.deepEqual(answer.output, done.output);
});

test("health counts jobs and workers under the SDK's names", async () => {
  await endpoint.runSync({ input: shortInput });
  const { jobs, workers } = await eventually(() => endpoint.health(), (health) => health.workers.idle === 1);
  assert.deepEqual(Object.keys(jobs).sort(), ["completed", "failed", "inProgress", "inQueue", "retried"]);
  for (const name of ["idle", "initializing", "ready", "running", "throttled"]) {
    assert.ok(Number.isInteger(workers[name]), name);
  }
  assert.ok(jobs.completed > 0);
});

test("health shows the running and the waiting job", async () => {
  await whileRunning(async () => {
    const { id } = await endpoint.run({ input: shortInput });
    const { jobs, workers } = await eventually(() => endpoint.health(5_000), (health) => health.workers.running === 1);
    assert.equal(jobs.inProgress, 1);
    assert.equal(jobs.inQueue, 1);
    await endpoint.cancel(id);
  });
});

test("purgeQueue cancels what waits and lets the running job go on", async () => {
  await whileRunning(async (running) => {
    const waiting = [await endpoint.run({ input: shortInput }), await endpoint.run({ input: shortInput })];
    assert.deepEqual(await endpoint.purgeQueue(5_000), { removed: 2, status: "completed" });
    for (const { id } of waiting) {
      assert.equal((await endpoint.status(id)).status, "CANCELLED");
    }

    assert.equal((await endpoint.status(running)).status, "IN_PROGRESS");
  });
});

test("a wrong key is 401", async () => {
  await assert.rejects(sdk({ key: "rpa_wrong" }).run({ input: shortInput }), answered(401, "invalid_api_key"));
});

test("an unknown endpoint is 404", async () => {
  await assert.rejects(sdk({ endpoint: "nothing" }).health(), answered(404, "endpoint_not_found"));
});

test("an unknown job is 404 for every method that takes an id", async () => {
  for (const method of ["status", "statusSync", "cancel"]) {
    await assert.rejects(endpoint[method]("no-such-job"), answered(404, "job_not_found"), method);
  }
});

function answered(status, code) {
  return (error) => {
    assert.equal(error.response?.status, status);
    assert.equal(error.response.data.code, code);
    return true;
  };
}

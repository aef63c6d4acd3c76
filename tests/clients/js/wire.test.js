// What RunPod's clients rely on without saying so, checked on the wire. The Go client sends POST where the others send GET.
import assert from "node:assert/strict";
import { test } from "node:test";
import { endpointId, eventually, key, send, sendJson, shortInput, submit, whileRunning } from "./support.js";

const at = (path) => `/v2/${endpointId}/${path}`;

const run = async (input, rest) => {
  const id = await submit(input, rest);
  await send("GET", at(`status-sync/${id}`));
  return id;
};

for (const authorization of [key, `bearer ${key}`, `BEARER  ${key}`]) {
  test(`the header "${authorization.replace(key, "KEY")}" is accepted`, async () => {
    assert.equal((await send("GET", at("health"), { headers: { authorization } })).status, 200);
  });
}

test("no key is 401 and names the header", async () => {
  const { status, json } = await send("GET", at("health"), { headers: { authorization: "" } });
  assert.equal(status, 401);
  assert.equal(json.code, "missing_api_key");
  assert.match(json.error, /Authorization: Bearer/);
});

test("run answers 200, the status that the SDKs ask for", async () => {
  const { status, json } = await sendJson("POST", at("run"), { input: shortInput, unknown: { ignored: true } });
  assert.equal(status, 200);
  assert.deepEqual(Object.keys(json), ["id", "status"]);
});

test("v1 is the same as v2", async () => {
  const id = await run(shortInput);
  assert.equal((await send("GET", `/v1/${endpointId}/status/${id}`)).text, (await send("GET", at(`status/${id}`))).text);
});

for (const operation of ["status", "status-sync"]) {
  for (const body of [undefined, "", "{}"]) {
    test(`${operation} by POST with the body ${JSON.stringify(body)} answers as by GET`, async () => {
      const id = await run(shortInput);
      const post = await send("POST", at(`${operation}/${id}`), { body, headers: { "content-type": "application/json" } });
      assert.equal(post.status, 200);
      assert.equal(post.json.status, "COMPLETED");
      assert.deepEqual(post.json, (await send("GET", at(`${operation}/${id}`))).json);
    });
  }
}

test("status-sync by POST waits as long as the query says", async () => {
  await whileRunning(async (id) => {
    const start = Date.now();
    const { json } = await send("POST", at(`status-sync/${id}?wait=1000`));
    assert.equal(json.status, "IN_PROGRESS");
    assert.ok(Date.now() - start >= 950 && Date.now() - start < 3_000, `${Date.now() - start} ms`);
  });
});

test("runsync waits as long as the query says", async () => {
  await whileRunning(async () => {
    const start = Date.now();
    const { json } = await sendJson("POST", at("runsync?wait=1000"), { input: shortInput });
    assert.deepEqual(json, { id: json.id, status: "IN_QUEUE" });
    assert.ok(Date.now() - start >= 950 && Date.now() - start < 3_000, `${Date.now() - start} ms`);
    await send("POST", at(`cancel/${json.id}`));
  });
});

for (const body of [undefined, "", "{}"]) {
  test(`cancel takes the body ${JSON.stringify(body)} with a JSON content type`, async () => {
    const id = await run(shortInput);
    const { status } = await send("POST", at(`cancel/${id}`), { body, headers: { "content-type": "application/json" } });
    assert.equal(status, 200);
  });
}

test("purge-queue takes an empty body with a JSON content type", async () => {
  const { status, json } = await send("POST", at("purge-queue"), { body: "", headers: { "content-type": "application/json" } });
  assert.equal(status, 200);
  assert.deepEqual(json, { removed: 0, status: "completed" });
});

test("retry puts a failed job back into the queue under its id", async () => {
  const id = await run({});
  const { status, json } = await send("POST", at(`retry/${id}`));
  assert.equal(status, 200);
  assert.deepEqual(json, { id, status: "IN_QUEUE" });
  assert.equal((await send("GET", at(`status-sync/${id}`))).json.status, "FAILED");
});

test("retry of a completed job is 400", async () => {
  const { status, json } = await send("POST", at(`retry/${await run(shortInput)}`));
  assert.equal(status, 400);
  assert.equal(json.code, "not_retriable");
});

test("requests lists the jobs, the newest first", async () => {
  const ids = [await run(shortInput), await run({})];
  const { json } = await send("GET", at("requests?limit=2"));
  assert.deepEqual(json.requests.map(({ id, status }) => [id, status]), [[ids[1], "FAILED"], [ids[0], "COMPLETED"]]);
  assert.ok(json.hasMore && json.total > 2);
});

test("an Idempotency-Key gives the same job twice, and 409 for another body", async () => {
  const headers = { "idempotency-key": crypto.randomUUID() };
  const [first, second] = [await sendJson("POST", at("run"), { input: shortInput }, headers), await sendJson("POST", at("run"), { input: shortInput }, headers)];
  assert.equal(first.json.id, second.json.id);
  assert.equal((await sendJson("POST", at("run"), { input: {} }, headers)).json.code, "idempotency_key_reused");
  await send("GET", at(`status-sync/${first.json.id}`));
});

test("a completed job has numbers as integers and no error", async () => {
  const { json: job } = await send("GET", at(`status/${await run(shortInput)}`));
  assert.deepEqual(["delayTime", "executionTime", "retries"].filter((name) => !Number.isInteger(job[name])), []);
  assert.equal(typeof job.workerId, "string");
  assert.ok(!("error" in job));
});

test("a failed job is 200 with the error as a string", async () => {
  const { status, json: job } = await send("GET", at(`status/${await run({})}`));
  assert.equal(status, 200);
  assert.equal(job.status, "FAILED");
  assert.equal(typeof job.error, "string");
  assert.ok(Number.isInteger(job.executionTime));
});

test("the input may be any JSON value", async () => {
  for (const input of [null, 1, "text", [], [{}], true]) {
    const { status, json } = await sendJson("POST", at("run"), { input });
    assert.equal(status, 200, JSON.stringify(input));
    assert.equal((await send("GET", at(`status-sync/${json.id}`))).json.status, "FAILED");
  }
});

test("a body without an input is 400", async () => {
  const { status, json } = await sendJson("POST", at("run"), { prompt: "a dog" });
  assert.equal(status, 400);
  assert.equal(json.code, "missing_input");
});

test("a body that is not JSON is 400 and says where", async () => {
  const { status, json } = await send("POST", at("run"), { body: '{"input":', headers: { "content-type": "application/json" } });
  assert.equal(status, 400);
  assert.match(json.error, /line 1, byte 10/);
});

test("a body of more than 10 MiB is 413", async () => {
  const { status, json } = await sendJson("POST", at("run"), { input: "x".repeat(10 * 1024 * 1024) });
  assert.equal(status, 413);
  assert.equal(json.code, "body_too_large");
});

test("a policy beyond the documented bounds is 400", async () => {
  for (const policy of [{ executionTimeout: 4_999 }, { executionTimeout: 604_800_001 }, { ttl: 9_999 }, { ttl: "1h" }, { lowPriority: 1 }]) {
    const { status, json } = await sendJson("POST", at("run"), { input: shortInput, policy });
    assert.equal(status, 400, JSON.stringify(policy));
    assert.equal(json.code, "invalid_policy");
  }
});

test("every answer says how much of the limit is left", async () => {
  const { headers } = await send("GET", at("health"));
  assert.match(headers.get("ratelimit"), /^"health";r=\d+;t=\d+$/);
  assert.match(headers.get("ratelimit-policy"), /^"health";q=2000;w=10$/);
});

test("the gauges in health come back to zero", async () => {
  const { json } = await eventually(() => send("GET", at("health")), ({ json: health }) => health.workers.idle === 1);
  assert.equal(json.jobs.inQueue, 0);
  assert.equal(json.jobs.inProgress, 0);
});

// The last one: it uses up the limit of this window.
test("more than 100 cancels in 10 seconds are 429 with the seconds to wait", async () => {
  const answers = await Promise.all(Array.from({ length: 101 }, () => send("POST", at("cancel/no-such-job"))));
  const refused = answers.find(({ status }) => status === 429);
  assert.ok(refused, "one of them is refused");
  assert.match(refused.json.code, /^(rate_limited|too_many_concurrent_requests)$/);
  assert.ok(Number(refused.headers.get("retry-after")) >= 1);
});

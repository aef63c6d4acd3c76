// /stream by the SDK and on the wire: chunks in order, each once, whoever asks how often.
import assert from "node:assert/strict";
import { test } from "node:test";
import { endpointId, origin, key, sdk, send, shortInput, submit, whileRunning } from "./support.js";

const endpoint = sdk();
const at = (path) => `/v2/${endpointId}/${path}`;

const previewed = { ...shortInput, num_inference_steps: 8, preview: 2 };

async function collect(id, timeout) {
  const outputs = [];
  for await (const { output } of endpoint.stream(id, timeout)) {
    outputs.push(output);
  }

  return outputs;
}

function assertRises(outputs) {
  const progress = outputs.map((output) => output.progress);
  assert.ok(progress.length > 0, "there are chunks");
  assert.deepEqual(progress, [...new Set(progress)].sort((one, other) => one - other));
}

test("stream yields the progress of a job, each step once, and ends with it", async () => {
  const id = await submit(previewed);
  const outputs = await collect(id);
  assertRises(outputs);
  assert.equal((await endpoint.status(id)).status, "COMPLETED");
});

test("stream yields previews that are pictures", async () => {
  const outputs = await collect(await submit(previewed));
  const { preview } = outputs.find((output) => output.preview);
  const response = await fetch(preview);
  assert.equal(response.status, 200);
  assert.equal(response.headers.get("content-type"), "image/png");
});

test("stream of a job that has ended yields what nobody took, and then nothing", async () => {
  const id = await submit(previewed);
  await send("GET", at(`status-sync/${id}`));
  assertRises(await collect(id));
  assert.deepEqual(await collect(id), []);
});

test("two consumers share the chunks, none goes to both", async () => {
  const id = await submit(previewed);
  const [one, other] = await Promise.all([collect(id), collect(id)]);
  assertRises([...one, ...other].sort((left, right) => left.progress - right.progress));
});

test("stream of a running job ends after the SDK's timeout", async () => {
  await whileRunning(async (id) => {
    const start = Date.now();
    await collect(id, 1_000);
    assert.ok(Date.now() - start < 10_000);
  });
});

test("stream of a cancelled job ends", async () => {
  await whileRunning(async (id) => {
    const streaming = collect(id);
    assert.equal((await endpoint.cancel(id)).status, "CANCELLED");
    await streaming;
  });
});

test("stream of a failed job has the key that the SDKs read", async () => {
  const id = await submit({});
  await send("GET", at(`status-sync/${id}`));
  assert.deepEqual((await send("GET", at(`stream/${id}`))).json, { status: "FAILED", stream: [] });
});

for (const body of [undefined, "", "{}"]) {
  test(`stream by POST with the body ${JSON.stringify(body)} answers as by GET`, async () => {
    const id = await submit(previewed);
    await send("GET", at(`status-sync/${id}`));
    const { status, json } = await send("POST", at(`stream/${id}`), { body, headers: { "content-type": "application/json" } });
    assert.equal(status, 200);
    assert.equal(json.status, "COMPLETED");
    assertRises(json.stream.map(({ output }) => output));
    assert.deepEqual((await send("GET", at(`stream/${id}`))).json, { status: "COMPLETED", stream: [] });
  });
}

test("stream without wait answers before the Go client gives up", async () => {
  await whileRunning(async () => {
    const id = await submit(shortInput);
    const start = Date.now();
    const { json } = await send("POST", at(`stream/${id}`));
    assert.deepEqual(json, { status: "IN_QUEUE", stream: [] });
    assert.ok(Date.now() - start < 3_000);
    await send("POST", at(`cancel/${id}`));
  });
});

test("stream as server-sent events ends with the job", async () => {
  const id = await submit(previewed);
  const response = await fetch(`${origin}${at(`stream/${id}`)}`, { headers: { authorization: `Bearer ${key}`, accept: "text/event-stream" } });
  assert.match(response.headers.get("content-type"), /^text\/event-stream/);
  const events = (await response.text()).split("\n\n").filter((event) => event && !event.startsWith(":"));
  const last = events.pop();
  assert.match(last, /^event: done\ndata: /);
  assert.deepEqual(JSON.parse(last.split("data: ")[1]), (await send("GET", at(`status/${id}`))).json);
  assertRises(events.map((event) => JSON.parse(event.replace("data: ", ""))));
});

test("status answers 304 to who has the answer already", async () => {
  const id = await submit(shortInput);
  await send("GET", at(`status-sync/${id}`));
  const { headers } = await send("GET", at(`status/${id}`));
  const again = await send("GET", at(`status/${id}`), { headers: { "if-none-match": headers.get("etag") } });
  assert.equal(again.status, 304);
  assert.equal(again.text, "");
});

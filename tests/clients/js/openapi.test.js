// The description of the API is a valid OpenAPI 3.1 document, its examples follow its own schemas, and so do real answers.
import assert from "node:assert/strict";
import { before, test } from "node:test";
import { Validator } from "@seriousme/openapi-schema-validator";
import Ajv from "ajv/dist/2020.js";
import { endpointId, eventually, send, sendJson, shortInput, submit } from "./support.js";

let document;
let ajv;

before(async () => {
  document = (await send("GET", "/openapi/v1.json", { headers: { authorization: "" } })).json;
  ajv = new Ajv({ strict: false, validateFormats: false });
  ajv.addSchema({ ...document, $id: "openapi" });
});

function* operations() {
  for (const [path, methods] of Object.entries(document.paths)) {
    for (const [method, operation] of Object.entries(methods)) {
      yield { path, method, operation };
    }
  }
}

/** Every body that the document describes, with the pointer to its schema. */
function* bodies() {
  for (const { operation } of operations()) {
    const all = [["request", operation.requestBody], ...Object.entries(operation.responses)];
    for (const [name, body] of all.filter(([, { content } = {}]) => content)) {
      for (const [type, { schema, examples }] of Object.entries(body.content)) {
        yield { name: `${operation.operationId} ${name} ${type}`, schema, examples: examples ?? {}, isJson: type === "application/json" };
      }
    }
  }
}

function assertFollows(schema, value, name) {
  const check = ajv.compile(schema.$ref ? { $ref: `openapi${schema.$ref}` } : schema);
  assert.ok(check(value), `${name}: ${ajv.errorsText(check.errors)}\n${JSON.stringify(value)}`);
}

const answerSchema = (path, method, status = "200") => document.paths[path][method].responses[status].content["application/json"].schema;

test("the document is valid OpenAPI 3.1", async () => {
  const result = await new Validator().validate(structuredClone(document));
  assert.ok(result.valid, JSON.stringify(result.errors, null, 1));
  assert.match(document.openapi, /^3\.1\./);
});

test("operation ids are unique", () => {
  const ids = [...operations()].map(({ operation }) => operation.operationId);
  assert.deepEqual(ids.filter((id, index) => ids.indexOf(id) !== index), []);
});

test("every example follows its schema", () => {
  let count = 0;
  for (const { name, schema, examples, isJson } of bodies()) {
    for (const [example, { value }] of Object.entries(examples).filter(() => isJson)) {
      assertFollows(schema, value, `${name} ${example}`);
      count++;
    }
  }
  assert.ok(count > 20, `${count} examples`);
});

test("real answers follow their schemas", async () => {
  const at = (path) => `/v2/${endpointId}/${path}`;
  const path = (operation) => `/v2/{endpointId}/${operation}`;
  const completed = await submit(shortInput);
  const failed = await submit({});
  const draft = await sendJson("POST", at("batch"), [{ input: shortInput }, { input: {} }]);
  const batch = draft.json.id;
  const answers = [
    [path("batch"), "post", draft],
    [path("batch/{batchId}"), "put", await sendJson("PUT", at(`batch/${batch}`), { name: "conformance" })],
    [path("batch/{batchId}/finalize"), "post", await send("POST", at(`batch/${batch}/finalize`))],
    [path("batch/{batchId}"), "get", await eventually(() => send("GET", at(`batch/${batch}`)), ({ json }) => json.status === "COMPLETED")],
    [path("batch/{batchId}/requests"), "get", await send("GET", at(`batch/${batch}/requests`))],
    [path("batch"), "get", await send("GET", at("batch"))],
    [path("batch/{batchId}/cancel"), "post", await send("POST", at("batch/batch_nothing/cancel"))],
    ["/webhooks/secret", "get", await send("GET", "/webhooks/secret")],
    [path("run"), "post", await sendJson("POST", at("run"), { input: {} })],
    [path("runsync"), "post", await sendJson("POST", at("runsync"), { input: shortInput })],
    [path("status-sync/{jobId}"), "get", await send("GET", at(`status-sync/${completed}`))],
    [path("status/{jobId}"), "get", await send("GET", at(`status/${completed}`))],
    [path("status-sync/{jobId}"), "post", await send("POST", at(`status-sync/${failed}`))],
    [path("cancel/{jobId}"), "post", await send("POST", at(`cancel/${completed}`))],
    [path("retry/{jobId}"), "post", await send("POST", at(`retry/${failed}`))],
    [path("retry/{jobId}"), "post", await send("POST", at(`retry/${completed}`))],
    [path("stream/{jobId}"), "get", await send("GET", at(`stream/${completed}`))],
    [path("requests"), "get", await send("GET", at("requests"))],
    [path("health"), "get", await send("GET", at("health"))],
    [path("run"), "post", await send("POST", at("run"), { body: "{" })],
    [path("status/{jobId}"), "get", await send("GET", at("status/nothing"))],
    [path("health"), "get", await send("GET", at("health"), { headers: { authorization: "x" } })],
  ];
  for (const [template, method, { status, json }] of answers) {
    assertFollows(answerSchema(template, method, String(status)), json, `${method} ${template} ${status}`);
  }
});

test("the page for people comes whole from the service", async () => {
  const page = (await send("GET", "/docs/", { headers: { authorization: "" } })).text;
  for (const [, source] of page.matchAll(/<script[^>]* src="([^"]+)"/g)) {
    assert.doesNotMatch(source, /^(https?:)?\/\//);
    assert.equal((await send("GET", new URL(source, "http://x/docs/").pathname)).status, 200, source);
  }
});

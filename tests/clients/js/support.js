// What the suites share: the service that run.sh started, and jobs of known length for it.
import runpodSdk from "runpod-sdk";

export const key = process.env.RUNPOD_API_KEY;
export const origin = process.env.SERVICE_URL;
export const endpointId = "stable-diffusion-v1";
export const sdk = (options = {}) => runpodSdk(options.key ?? key, { baseUrl: `${origin}/v2` }).endpoint(options.endpoint ?? endpointId);

/** A picture that takes a moment. */
export const shortInput = { prompt: "a red circle on a blue background", num_inference_steps: 5, seed: 3 };

/** A picture that takes minutes, so that the test ends it. */
export const longInput = { prompt: "a castle at night", num_inference_steps: 499, width: 512, height: 512 };

const limit = 60_000;

/** Asks until the answer is good enough; never waits for longer than the limit. */
export async function eventually(ask, isGood) {
  const end = Date.now() + limit;
  for (;;) {
    const answer = await ask();
    if (isGood(answer)) {
      return answer;
    }
    if (Date.now() > end) {
      throw new Error(`Still ${JSON.stringify(answer)} after ${limit} ms`);
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** A request as it goes over the wire; answers status, headers, text and, where there is one, the JSON. */
export async function send(method, path, { body, headers = {} } = {}) {
  const response = await fetch(`${origin}${path}`, { method, body, headers: { authorization: `Bearer ${key}`, ...headers } });
  const text = await response.text();
  return { status: response.status, headers: response.headers, text, json: text.startsWith("{") ? JSON.parse(text) : undefined };
}

export const sendJson = (method, path, value, headers = {}) =>
  send(method, path, { body: JSON.stringify(value), headers: { "content-type": "application/json", ...headers } });

/** Submits over the wire; answers the id. */
export async function submit(input, rest = {}) {
  const { status, json } = await sendJson("POST", `/v2/${endpointId}/run`, { input, ...rest });
  if (status !== 200) {
    throw new Error(`/run answered ${status}: ${JSON.stringify(json)}`);
  }
  return json.id;
}

export const cancel = (id) => send("POST", `/v2/${endpointId}/cancel/${id}`);

/** A job that runs while the test does its work, cancelled afterwards. */
export async function whileRunning(work) {
  const id = await submit(longInput);
  try {
    await eventually(() => send("GET", `/v2/${endpointId}/status/${id}`), ({ json }) => json.status === "IN_PROGRESS");
    return await work(id);
  } finally {
    await cancel(id);
  }
}

// node receiver.js PORT SECRET STATUS: answers every webhook with STATUS and prints a line of JSON about it.
import { createServer } from "node:http";
import { Webhook } from "standardwebhooks";

const [port, secret, status] = process.argv.slice(2);
const webhook = new Webhook(secret);

const server = createServer((request, response) => {
  const chunks = [];
  request.on("data", (chunk) => chunks.push(chunk));
  request.on("end", () => {
    console.log(JSON.stringify({ messageId: request.headers["webhook-id"], ...check(Buffer.concat(chunks), request.headers) }));
    response.writeHead(Number(status)).end();
  });
});

function check(body, headers) {
  try {
    const { id, status, input } = webhook.verify(body, headers);
    return { valid: true, jobId: id, status, input };
  } catch (error) {
    return { valid: false, reason: String(error) };
  }
}

server.listen(Number(port), "0.0.0.0", () => console.log(JSON.stringify({ listening: true })));

// An S3 server on a loopback port for the tests. It checks signatures (version 4, in headers and in URLs) and lets nobody in without one.
//
//   node --openssl-legacy-provider server.js FOLDER ACCESS_ID ACCESS_SECRET
//
// (its continuation tokens are made by DES). Prints "ready on PORT", and ends when its stdin does.
const S3rver = require("@20minutes/s3rver");
const { DUMMY_ACCOUNT } = require("@20minutes/s3rver/lib/models/account");
const S3Error = require("@20minutes/s3rver/lib/models/error");
const v4 = require("@20minutes/s3rver/lib/signature/v4");

const [directory, accessId, accessSecret] = process.argv.slice(2);
DUMMY_ACCOUNT.createKeyPair(accessId, accessSecret);

const server = new S3rver({ address: "127.0.0.1", port: 0, directory, silent: true });

// s3rver serves anonymous requests too, as a public bucket would.
server.middleware.unshift((context, next) => {
  if (!context.get("authorization") && !context.query["X-Amz-Signature"]) {
    throw new S3Error("AccessDenied", "Access Denied");
  }

  context.headers["raw-path"] = context.req.url.split("?")[0];
  return next();
});

// What is signed is the path as it was sent. s3rver puts it together again and loses the "/" behind a bucket.
const { getStringToSign } = v4;
v4.getStringToSign = (request, signature) => getStringToSign({ ...request, uri: request.headers["raw-path"] }, signature);

server.run().then(({ port }) => console.log(`ready on ${port}`));
process.stdin.on("end", () => process.exit(0)).resume();

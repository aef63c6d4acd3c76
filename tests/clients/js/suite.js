// All suites in one process, one test after the other: they share one worker.
import "./sdk.test.js";
import "./stream.test.js";
import "./openapi.test.js";
import "./wire.test.js";

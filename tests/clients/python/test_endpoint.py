"""Every method of runpod.Endpoint and its Job against a running service."""

import unittest

import requests
import runpod

from support import ENDPOINT, LONG, SHORT, status, wait_for


class EndpointTests(unittest.TestCase):
    def setUp(self):
        self.endpoint = runpod.Endpoint(ENDPOINT)

    def run_long(self):
        job = self.endpoint.run(LONG)
        self.addCleanup(job.cancel)
        wait_for(job.job_id, "IN_PROGRESS")
        return job

    def test_run_of_a_bare_input_wraps_it(self):
        job = self.endpoint.run(SHORT)

        self.assertEqual(job.output(timeout=30)[0]["seed"], SHORT["seed"])
        self.assertEqual(job.status(), "COMPLETED")

    def test_run_of_a_whole_request_sends_its_policy(self):
        job = self.endpoint.run({"input": SHORT, "policy": {"executionTimeout": 60_000, "ttl": 120_000}})

        self.assertEqual(len(job.output(timeout=30)), 1)

    def test_run_of_an_empty_input_is_wrapped_twice_and_fails_with_the_reason(self):
        job = self.endpoint.run({"input": {}})

        self.assertIsNone(job.output(timeout=30))
        self.assertEqual(job.status(), "FAILED")
        self.assertIn("Unexpected input. input is not a valid input option.", status(job.job_id)["error"])

    def test_run_of_a_policy_out_of_bounds_raises_400(self):
        with self.assertRaises(requests.HTTPError) as raised:
            self.endpoint.run({"input": SHORT, "policy": {"ttl": 1}})

        self.assertEqual(raised.exception.response.status_code, 400)
        self.assertEqual(raised.exception.response.json()["code"], "invalid_policy")

    def test_status_goes_from_queue_to_completed(self):
        self.run_long()
        job = self.endpoint.run(SHORT)

        self.assertEqual(job.status(), "IN_QUEUE")
        self.doCleanups()
        wait_for(job.job_id, "COMPLETED")
        self.assertEqual(job.status(), "COMPLETED")

    def test_output_of_a_running_job_times_out(self):
        job = self.run_long()

        with self.assertRaises(TimeoutError):
            job.output(timeout=1)

    def test_stream_yields_each_step_once_and_ends(self):
        job = self.endpoint.run({**SHORT, "num_inference_steps": 8})

        progress = [output["progress"] for output in job.stream()]

        self.assertTrue(progress)
        self.assertEqual(progress, sorted(set(progress)))
        self.assertEqual(job.status(), "COMPLETED")

    def test_stream_of_an_ended_job_yields_what_nobody_took_and_then_nothing(self):
        job = self.endpoint.run(SHORT)
        wait_for(job.job_id, "COMPLETED")

        self.assertTrue(list(job.stream()))
        self.assertEqual(list(job.stream()), [])

    def test_stream_of_a_failed_job_ends(self):
        self.assertEqual(list(self.endpoint.run({"seed": 1}).stream()), [])

    def test_cancel_ends_a_running_job(self):
        job = self.run_long()

        answer = job.cancel()

        self.assertEqual((answer["id"], answer["status"]), (job.job_id, "CANCELLED"))
        self.assertEqual(job.status(), "CANCELLED")

    def test_run_sync_returns_the_output(self):
        output = self.endpoint.run_sync(SHORT, timeout=60)

        self.assertEqual(requests.get(output[0]["image"], timeout=10).content[1:4], b"PNG")

    def test_run_sync_of_an_input_that_the_model_refuses_returns_none(self):
        self.assertIsNone(self.endpoint.run_sync({"input": {"seed": 1}}, timeout=60))

    def test_run_sync_beyond_its_timeout_raises(self):
        self.run_long()

        with self.assertRaises(requests.exceptions.ReadTimeout):
            self.endpoint.run_sync(SHORT, timeout=1)

    def test_health_counts_jobs_and_workers(self):
        health = self.endpoint.health()

        self.assertLessEqual({"completed", "failed", "inProgress", "inQueue", "retried"}, health["jobs"].keys())
        self.assertLessEqual({"idle", "initializing", "ready", "running", "throttled"}, health["workers"].keys())

    def test_purge_queue_cancels_what_waits(self):
        running = self.run_long()
        waiting = [self.endpoint.run(SHORT), self.endpoint.run(SHORT)]

        self.assertEqual(self.endpoint.purge_queue(), {"removed": 2, "status": "completed"})

        self.assertEqual([job.status() for job in waiting], ["CANCELLED", "CANCELLED"])
        self.assertEqual(running.status(), "IN_PROGRESS")

    def test_a_wrong_key_raises_what_the_client_documents(self):
        with self.assertRaisesRegex(RuntimeError, "401 Unauthorized"):
            runpod.Endpoint(ENDPOINT, api_key="rpa_wrong").health()

    def test_an_unknown_endpoint_raises_404(self):
        with self.assertRaises(requests.HTTPError) as raised:
            runpod.Endpoint("nothing").run(SHORT)

        self.assertEqual(raised.exception.response.json()["code"], "endpoint_not_found")

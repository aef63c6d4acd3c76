"""Every method of runpod.AsyncioEndpoint and its Job against a running service."""

import unittest

import aiohttp
import runpod

from support import ENDPOINT, LONG, SHORT, wait_for


class AsyncioEndpointTests(unittest.IsolatedAsyncioTestCase):
    async def asyncSetUp(self):
        self.session = aiohttp.ClientSession()
        self.addAsyncCleanup(self.session.close)
        self.endpoint = runpod.AsyncioEndpoint(ENDPOINT, self.session)

    async def run_long(self):
        job = await self.endpoint.run(LONG)
        self.addAsyncCleanup(job.cancel)
        wait_for(job.job_id, "IN_PROGRESS")
        return job

    async def test_run_and_output(self):
        job = await self.endpoint.run(SHORT)

        self.assertEqual((await job.output(timeout=30))[0]["seed"], SHORT["seed"])
        self.assertEqual(await job.status(), "COMPLETED")

    async def test_output_of_a_failed_job_is_none(self):
        job = await self.endpoint.run({"seed": 1})

        self.assertIsNone(await job.output(timeout=30))
        self.assertEqual(await job.status(), "FAILED")

    async def test_output_of_a_running_job_times_out(self):
        job = await self.run_long()

        with self.assertRaises(TimeoutError):
            await job.output(timeout=1)
        self.assertEqual(await job.status(), "IN_PROGRESS")

    async def test_many_jobs_at_once_all_complete(self):
        jobs = [await self.endpoint.run({**SHORT, "num_inference_steps": 1, "seed": seed}) for seed in range(5)]

        self.assertEqual([(await job.output(timeout=30))[0]["seed"] for job in jobs], list(range(5)))

    async def test_stream_yields_each_step_once_and_ends(self):
        job = await self.endpoint.run({**SHORT, "num_inference_steps": 8})

        progress = [output["progress"] async for output in job.stream()]

        self.assertTrue(progress)
        self.assertEqual(progress, sorted(set(progress)))
        self.assertEqual(await job.status(), "COMPLETED")

    async def test_cancel_ends_a_running_job(self):
        job = await self.run_long()

        answer = await job.cancel()

        self.assertEqual((answer["id"], answer["status"]), (job.job_id, "CANCELLED"))
        self.assertEqual(await job.status(), "CANCELLED")

    async def test_health_counts_jobs_and_workers(self):
        health = await self.endpoint.health()

        self.assertLessEqual({"completed", "failed", "inProgress", "inQueue", "retried"}, health["jobs"].keys())
        self.assertLessEqual({"idle", "initializing", "ready", "running", "throttled"}, health["workers"].keys())

    async def test_purge_queue_cancels_what_waits(self):
        await self.run_long()
        waiting = await self.endpoint.run(SHORT)

        self.assertEqual(await self.endpoint.purge_queue(), {"removed": 1, "status": "completed"})

        self.assertEqual(await waiting.status(), "CANCELLED")

    async def test_a_wrong_key_is_answered_with_the_error(self):
        endpoint = runpod.AsyncioEndpoint(ENDPOINT, self.session, api_key="rpa_wrong")

        self.assertEqual((await endpoint.health())["code"], "invalid_api_key")

"""What the suites share: the service that run.sh started, and inputs of known length for it."""

import os
import time

import requests
import runpod

ENDPOINT = "stable-diffusion-v1"
BASE = f"{os.environ['SERVICE_URL']}/v2"
KEY = os.environ["RUNPOD_API_KEY"]

# A picture that takes a moment, and one that takes minutes so that the test ends it.
SHORT = {"prompt": "a red circle on a blue background", "num_inference_steps": 5, "seed": 3}
LONG = {"prompt": "a castle at night", "num_inference_steps": 499, "width": 512, "height": 512}

# Both classes of endpoints read these two when they are made.
runpod.api_key = KEY
runpod.endpoint_url_base = BASE


def status(job_id):
    """The job as the service answers it, past the client's cache."""
    answer = requests.get(f"{BASE}/{ENDPOINT}/status/{job_id}", headers={"Authorization": f"Bearer {KEY}"}, timeout=10)
    answer.raise_for_status()
    return answer.json()


def wait_for(job_id, wanted):
    """Returns once the job is in a status; fails after a minute."""
    end = time.monotonic() + 60
    while status(job_id)["status"] != wanted:
        if time.monotonic() > end:
            raise AssertionError(f"The job is not {wanted} but {status(job_id)}")
        time.sleep(0.05)

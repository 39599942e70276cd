"""The rate limit by the official Python SDK, on a server that takes few requests."""

import unittest

from workos import RateLimitExceededError, WorkOSClient

from support import URL, Application


class RateLimit(unittest.TestCase):
    def test_is_told_with_the_time_to_wait_and_waited_for(self):
        key = Application("Python rate limit").api_key
        with WorkOSClient(api_key=key, base_url=URL, max_retries=0) as impatient, self.assertRaises(RateLimitExceededError) as raised:
            for _ in range(100):
                impatient.organizations.list_organizations()
        self.assertTrue(0 < raised.exception.retry_after <= 60, raised.exception.retry_after)
        self.assertEqual(raised.exception.code, "rate_limit_exceeded")
        with WorkOSClient(api_key=key, base_url=URL, max_retries=5) as patient:
            self.assertEqual(len(patient.organizations.list_organizations().data), 1)

"""The shop with Datadog's tracer, which sends to our own sink as if it were the agent."""

import os

os.environ.update(
    DD_TRACE_AGENT_URL=os.environ["BENCH_SINK"],
    DD_INSTRUMENTATION_TELEMETRY_ENABLED="false",
    DD_REMOTE_CONFIGURATION_ENABLED="false",
)

from ddtrace import patch

from bench.settings_bare import *  # noqa: F403

patch(django=True)

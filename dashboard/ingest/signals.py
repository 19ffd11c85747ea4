"""The signals of OTLP. Traces are kept; logs and metrics are not, but accepted, so that no SDK reports an error."""

from enum import Enum


class Signal(Enum):
    """What a sender sends, by its path over HTTP."""

    TRACES = "/v1/traces"
    LOGS = "/v1/logs"
    METRICS = "/v1/metrics"

    @property
    def grpc_service(self) -> str:
        """The full name of its gRPC service, whose one method is Export."""
        name = self.name.lower()
        # TraceService, LogsService, MetricsService (opentelemetry/proto/collector/*/v1/*_service.proto).
        package, service = ("trace", "Trace") if self is Signal.TRACES else (name, name.capitalize())
        return f"opentelemetry.proto.collector.{package}.v1.{service}Service"


SIGNALS = {signal.value: signal for signal in Signal}
"""By path."""

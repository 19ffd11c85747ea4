// A Node program as OpenTelemetry's documentation writes one: node node.mjs http|proto|grpc
// Nothing is configured here; OTEL_* in the environment may say where to send.

import { trace } from "@opentelemetry/api";
import { defaultResource, detectResources, envDetector } from "@opentelemetry/resources";
import { BatchSpanProcessor, NodeTracerProvider } from "@opentelemetry/sdk-trace-node";

const { OTLPTraceExporter } = await import(`@opentelemetry/exporter-trace-otlp-${process.argv[2]}`);
const resource = defaultResource().merge(detectResources({ detectors: [envDetector] }));
const provider = new NodeTracerProvider({
  resource,
  spanProcessors: [new BatchSpanProcessor(new OTLPTraceExporter())],
});
provider.register();
trace.getTracer("checkout", "1.2.3").startActiveSpan("pay", (span) => {
  span.setAttribute("cart.items", 3).addEvent("charged");
  span.end();
});
await provider.shutdown();

// A page's program as OpenTelemetry's documentation writes one. `window.endpoint` may say where to send: a page has
// no environment. `window.send` resolves once the span was delivered.

import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-http";
import { BatchSpanProcessor, WebTracerProvider } from "@opentelemetry/sdk-trace-web";

window.send = async () => {
  const exporter = new OTLPTraceExporter({ url: window.endpoint });
  const provider = new WebTracerProvider({ spanProcessors: [new BatchSpanProcessor(exporter)] });
  provider.getTracer("shop").startSpan("click").end();
  await provider.forceFlush();
};

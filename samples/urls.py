"""The addresses of the shop, and of the scenarios that Gatescope fires at it."""

from django.urls import include, path

from samples import orm, scenarios, streams

handler400 = "samples.seconds.explain_bad_request"

urlpatterns = [
    path("", include("samples.shop.urls")),
    path("hello/", scenarios.hello, name="hello"),
    path("wait/", scenarios.wait, name="wait"),
    path("wait-async/", scenarios.wait_async, name="wait-async"),
    path("wait-blocking/", scenarios.wait_blocking, name="wait-blocking"),
    path("cpu/", scenarios.cpu, name="cpu"),
    path("cpu-async/", scenarios.cpu_async, name="cpu-async"),
    path("query/", scenarios.query, name="query"),
    path("query-async/", scenarios.query_async, name="query-async"),
    path("orm-sensitive/", orm.orm_sensitive, name="orm-sensitive"),
    path("orm-threads/", orm.orm_threads, name="orm-threads"),
    path("orm-native/", orm.orm_native, name="orm-native"),
    path("gather/", scenarios.gather, name="gather"),
    path("sequence/", scenarios.sequence, name="sequence"),
    path("template/", scenarios.template, name="template"),
    path("error/", scenarios.error, name="error"),
    path("stream/", streams.stream, name="stream"),
    path("stream-async/", streams.stream_async, name="stream-async"),
    path("notifications/", streams.notifications, name="notifications"),
    path("upload/", streams.upload, name="upload"),
    path("work/", streams.work, name="work"),
    path("work-async/", streams.work_async, name="work-async"),
]

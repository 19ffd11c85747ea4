"""The page's own files, served straight from the source tree, for a dashboard that runs on one machine."""

from django.contrib.staticfiles.handlers import ASGIStaticFilesHandler
from django.http import FileResponse, HttpRequest, HttpResponse


class StaticFiles(ASGIStaticFilesHandler):
    """Django's handler, with one word to the browser: modules of two versions must never meet on one page."""

    def serve(self, request: HttpRequest) -> HttpResponse | FileResponse:
        """One file, kept by the browser only as long as it is the newest."""
        response = super().serve(request)
        response["Cache-Control"] = "no-cache"
        return response

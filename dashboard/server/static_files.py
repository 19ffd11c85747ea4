"""The page's own files, served straight from the source tree, for a dashboard that runs on one machine."""

from django.contrib.staticfiles.handlers import ASGIStaticFilesHandler
from django.core.exceptions import SuspiciousFileOperation
from django.http import FileResponse, Http404, HttpRequest, HttpResponse


class StaticFiles(ASGIStaticFilesHandler):
    """Django's handler, with one header more: modules of two versions must never meet on one page."""

    def serve(self, request: HttpRequest) -> HttpResponse | FileResponse:
        """Return a file, which the browser asks about before it uses its copy."""
        try:
            response = super().serve(request)
        except SuspiciousFileOperation as error:
            # Nothing outside was read. Nobody above us turns this into an answer, as Django does for a view.
            raise Http404 from error
        response["Cache-Control"] = "no-cache"
        return response

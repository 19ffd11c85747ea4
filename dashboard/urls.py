"""The dashboard's pages and the HTTP half of the contract. /v1/traces and /live are wired in `asgi.py`."""

from django.urls import path

from dashboard.views import (
    advice,
    afterwards,
    attempts,
    comparison,
    diff,
    errors,
    exports,
    fleet,
    glossary,
    handout,
    interchange,
    lesson_files,
    lessons,
    race,
    recordings,
    runs,
    stage,
    traces,
)

urlpatterns = [
    path("", stage.page, name="stage"),
    path("healthz", fleet.healthz, name="healthz"),
    path("fleet", fleet.panel, name="fleet"),
    path("fleet/captions", fleet.captions, name="fleet-captions"),
    path("fleet/<str:name>/<str:action>", fleet.command, name="fleet-command"),
    path("runs", runs.create, name="runs"),
    path("runs/<str:run_id>", runs.detail, name="run"),
    path("runs/<str:run_id>/stop", runs.stop, name="run-stop"),
    path("lessons", lessons.index, name="lessons"),
    path("lessons/<str:slug>", lessons.page, name="lesson"),
    path("lessons/<str:slug>/handout", lesson_files.handout, name="lesson-handout"),
    path("lessons/<str:slug>/lesson.html", lesson_files.one_file, name="lesson-file"),
    path("lessons/<str:slug>/guess", lessons.guess, name="lesson-guess"),
    path("lessons/<str:slug>/attempts", attempts.of_lesson, name="attempts"),
    path("lessons/<str:slug>/explain", afterwards.explain, name="lesson-explain"),
    path("lessons/<str:slug>/headline", afterwards.headline, name="lesson-headline"),
    path("review", afterwards.review, name="review"),
    path("review/questions", afterwards.review_questions, name="review-questions"),
    path("learnt", afterwards.learnt, name="learnt"),
    path("learnt/lessons", afterwards.learnt_lessons, name="learnt-lessons"),
    path("attempts/<str:attempt_id>", attempts.detail, name="attempt"),
    path("attempts/<str:attempt_id>/stop", attempts.stop, name="attempt-stop"),
    path("compare", comparison.page, name="compare"),
    path("compare/measure", comparison.measure, name="compare-measure"),
    path("compare/chart/<str:name>", comparison.chart, name="compare-chart"),
    path("compare/progress", comparison.progress, name="compare-progress"),
    path("compare/cancel", comparison.cancel, name="compare-cancel"),
    path("race", race.page, name="race"),
    path("race/progress", race.progress, name="race-progress"),
    path("race/bet", race.bet, name="race-bet"),
    path("race/stop", race.stop, name="race-stop"),
    path("race/<str:race_id>", race.detail, name="race-detail"),
    path("recordings", recordings.index, name="recordings"),
    path("recordings/clear", recordings.clear, name="recordings-clear"),
    path("recordings/restore", recordings.restore_cleared, name="recordings-restore"),
    path("recordings/import", interchange.receive, name="recording-import"),
    path("recordings/compare", diff.page, name="recordings-compare"),
    path("recordings/compare/film", diff.film, name="recordings-compare-film"),
    path("recordings/<str:recording_id>", recordings.detail, name="recording"),
    path("recordings/<str:recording_id>/film", recordings.film, name="recording-film"),
    path("recordings/<str:recording_id>/otlp.json", interchange.otlp, name="recording-otlp"),
    path("recordings/<str:recording_id>/perfetto.json", interchange.perfetto, name="recording-perfetto"),
    path("recordings/<str:recording_id>/film.html", interchange.html, name="recording-html"),
    path("recordings/<str:recording_id>/handout", handout.page, name="recording-handout"),
    path("recordings/<str:recording_id>/keep", recordings.keep, name="recording-keep"),
    path("recordings/<str:recording_id>/name", recordings.rename, name="recording-name"),
    path("recordings/<str:recording_id>/delete", recordings.delete, name="recording-delete"),
    path("recordings/<str:recording_id>/restore", recordings.restore, name="recording-restore"),
    *(path(f"traces/{form}", exports.kept, {"form": form}, name=f"traces-{form}") for form in exports.FORMATS),
    *(
        path(f"traces/<str:trace_id>/{form}", exports.trace, {"form": form}, name=f"trace-{form}")
        for form in exports.FORMATS
    ),
    path("traces/<str:trace_id>", traces.detail, name="trace"),
    path("words", glossary.page, name="words"),
    path("choose", advice.page, name="choose"),
]

handler400 = errors.bad_request
handler403 = errors.forbidden
handler404 = errors.not_found
handler500 = errors.server_error

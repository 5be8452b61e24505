"""Routes of the console about how good the answers are; part of `console.urls`."""

from django.urls import path

from .views import evaluation, evaluation_runs, insights, playground

urlpatterns = [
    path("evaluation/", evaluation.set_list, name="evaluation"),
    path("evaluation/sets/new/", evaluation.set_new, name="evaluation-new"),
    path("evaluation/sets/<uuid:set_id>/", evaluation.set_page, name="evaluation-set"),
    path("evaluation/sets/<uuid:set_id>/questions.jsonl", evaluation.set_file, name="evaluation-file"),
    path("evaluation/sets/<uuid:set_id>/delete/", evaluation.set_remove, name="evaluation-delete"),
    path("evaluation/runs/<uuid:run_id>/", evaluation_runs.run_page, name="evaluation-run"),
    path("evaluation/runs/<uuid:run_id>/state/", evaluation_runs.run_state, name="evaluation-state"),
    path("evaluation/runs/<uuid:run_id>/cancel/", evaluation_runs.run_stop, name="evaluation-cancel"),
    path("evaluation/runs/<uuid:run_id>/compare/", evaluation_runs.run_compare, name="evaluation-compare"),
    path("questions/", insights.insights, name="insights"),
    path("questions/add/", insights.insight_add, name="insight-add"),
    path("questions/answer/", insights.gap_write, name="gap-answer"),
    path("questions/away/", insights.gap_away, name="gap-away"),
    path("questions/back/", insights.gap_back, name="gap-back"),
    path("playground/", playground.playground, name="playground"),
]

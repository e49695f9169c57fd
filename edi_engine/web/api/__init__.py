"""The workbench for programs: the same reads and actions as JSON, asked for with a token."""

from edi_engine.web.api.calling import ApiRoute
from edi_engine.web.api.guard import Problem, guarded_call, problem_response
from edi_engine.web.api.openapi import openapi_document
from edi_engine.web.api.routes import API_ROUTES

__all__ = [
    "API_ROUTES",
    "ApiRoute",
    "Problem",
    "guarded_call",
    "openapi_document",
    "problem_response",
]

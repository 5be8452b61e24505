"""POST /control/requests/{id}/cancel."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from model_runtime.server.http.errors import ApiError
from model_runtime.server.runtime import Runtime


async def cancel_request(request: Request) -> Response:
    """Cancel all requests with this id, prepared, queued or running. Each client is told, as its answer's end."""
    runtime: Runtime = request.app.state.runtime
    request_id = request.path_params["id"]
    cancelled = runtime.running.cancel(request_id)
    if not cancelled:
        raise ApiError(404, f"No request with the id {request_id!r} is running.", code="request_not_found")
    return JSONResponse({"id": request_id, "cancelled": cancelled})

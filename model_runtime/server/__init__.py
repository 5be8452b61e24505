"""The protocol over HTTP, for one model; put together by `server.app.build_app`."""

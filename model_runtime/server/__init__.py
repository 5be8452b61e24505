"""HTTP: one module an endpoint, put together by `server.app.build_app`."""

"""Services that run only while somebody uses them: the embedded database and the embedded model runtime.

`Hold(service, data)` takes a share in a service and starts it when nobody else has; a keeper process owns it and
ends it when the last share is gone, however its holder died (shares are file locks, which the kernel drops).
So `make run` and a command beside it use the same database, in any order of starting and stopping.
No Django in here: this runs before settings are of any use.
"""

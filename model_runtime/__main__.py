"""`python -m model_runtime`: serve one model, manage several, or judge a folder."""

import os
import sys

from model_runtime.options import parser, refuse_what_cannot_serve, serve_options
from model_runtime.process import credentials_in, give_up_rights


def main() -> int:
    """Run what the command line asks for; the exit status."""
    os.environ["HF_HUB_OFFLINE"] = "1"
    os.environ["TOKENIZERS_PARALLELISM"] = "false"
    # Threads of a matrix product wait for each other in a loop; where another process wants the core, they must
    # soon sleep instead, or a step takes 200 ms. Read when torch is imported.
    os.environ.setdefault("GOMP_SPINCOUNT", "20000")
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # numpy multiplies little, and would take every core for it
    options = parser()
    arguments = options.parse_args()
    if present := credentials_in(os.environ):
        options.error(f"a runtime works without the application's credentials; unset {', '.join(present)}")
    give_up_rights()
    if folder := arguments.check or arguments.facts:
        from model_runtime.loading.verdict import print_verdict

        return print_verdict(folder, tried=folder == arguments.check)
    token = os.environ.pop("RUNTIME_TOKEN", "")
    if not token:
        options.error("the environment variable RUNTIME_TOKEN must hold the token that clients present")
    refuse_what_cannot_serve(options, arguments)
    from model_runtime.server.http.listen import CannotListen

    try:
        if arguments.manager:
            from model_runtime.manager.serve import serve_manager

            return serve_manager(arguments, token)
        from model_runtime.server.serve import serve_model

        return serve_model(serve_options(arguments), token)
    except CannotListen as problem:
        options.error(str(problem))


if __name__ == "__main__":
    sys.exit(main())

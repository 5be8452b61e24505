"""`manage.py serve`: web, worker and supervision in one event loop, with the embedded services below it."""

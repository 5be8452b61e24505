"""What a refused form about an import leaves behind: nothing."""

from django.test import Client

from apps.knowledge.models import Collection, ImportItem

from .test_import_pages import FAQ, LAMP, begin, help_collection, sent  # noqa: F401  (a fixture)


def test_a_form_that_is_refused_changes_neither_columns_nor_collection(
    operator: Client,
    help_collection: Collection,  # noqa: F811
) -> None:
    state = sent(operator, FAQ)
    address = f"{state['url']}files/{ImportItem.objects.get().pk}/"
    how = {"size": "normal", "characters": "250", "overlap": "0"}
    columns = {"column": ["客户问", "我们答"], "role": ["question", "answer"]}
    assert operator.post(address, columns | how | {"characters": "7"}).status_code == 400
    assert operator.post(address, columns | how | {"role": ["question", "question"]}).status_code == 400
    early = begin(operator, LAMP)
    assert operator.post(early["finish"], how).status_code == 409
    assert not ImportItem.objects.get(name=FAQ[0]).question
    assert Collection.objects.get(pk=help_collection.pk).splitting.size == 900

import re

import pytest

from commerce.saleor.document import FOLDER, Document

NAMES = sorted(path.stem for path in FOLDER.glob("*.graphql"))
MUTATIONS = [name for name in NAMES if Document.load(name).kind == "mutation"]
QUERIES = [name for name in NAMES if Document.load(name).kind == "query"]


def _variables(text: str) -> dict[str, str]:
    """Each declared variable and its type."""
    return dict(re.findall(r"\$(\w+): ([\w\[\]!]+)", text))


def _in_an_input_object(text: str) -> set[str]:
    """Variables used inside ``{ }`` within the ``( )`` of arguments."""
    found, braces, parens = set(), [0], 0
    for token in re.findall(r"[(){}]|: \$\w+", text):
        if token == "(":
            braces.append(0)
            parens += 1
        elif token == ")":
            braces.pop()
            parens -= 1
        elif token in "{}":
            braces[-1] += 1 if token == "{" else -1
        elif parens and braces[-1]:
            found.add(token[3:])
    return found


def test_a_document_is_its_file_without_the_comments_at_its_head() -> None:
    document = Document.load("order_cancel")
    assert document.name == "order_cancel"
    assert document.operation == "OrderCancel"
    assert document.kind == "mutation"
    assert document.repeatable
    assert document.text.startswith("mutation OrderCancel($order: ID!) {\n")


def test_a_query_knows_that_it_is_one() -> None:
    assert Document.load("orders_changed").kind == "query"


def test_a_comment_may_change_without_a_new_recording() -> None:
    body = "query A { shop { name } }\n"
    one = Document.parse("a", "# repeat: safe, it only reads\n" + body)
    other = Document.parse("a", "# repeat: safe, it reads\n# and more\n" + body)
    assert one.sha256 == other.sha256


def test_another_field_is_another_text() -> None:
    head = "# repeat: safe, it only reads\n"
    one = Document.parse("a", head + "query A { shop { name } }\n")
    other = Document.parse("a", head + "query A { shop { version } }\n")
    assert one.sha256 != other.sha256


@pytest.mark.parametrize(
    "source", ["", "query A { shop { name } }\n", "# repeat: safe\nquery A { shop { name } }\n"]
)
def test_a_file_that_does_not_say_whether_it_may_be_repeated_is_refused(source: str) -> None:
    with pytest.raises(ValueError, match="first line"):
        Document.parse("a", source)


@pytest.mark.parametrize("body", ["", "{ shop { name } }\n", "query { shop { name } }\n"])
def test_a_document_has_a_named_operation(body: str) -> None:
    with pytest.raises(ValueError, match="no named query"):
        Document.parse("a", "# repeat: safe, it only reads\n" + body)


def test_a_fragment_goes_with_whatever_names_it() -> None:
    text = Document.load("order_cancel").text
    assert text.count("fragment OrderFacts on Order {") == 1
    assert "#" not in text


@pytest.mark.parametrize("name", NAMES)
def test_an_operation_is_called_as_its_file(name: str) -> None:
    assert Document.load(name).operation == "".join(word.title() for word in name.split("_"))


@pytest.mark.parametrize("name", NAMES)
def test_a_file_has_one_operation(name: str) -> None:
    text = Document.load(name).text
    assert len(re.findall(r"^(?:query|mutation)\b", text, re.MULTILINE)) == 1


@pytest.mark.parametrize("name", NAMES)
def test_every_variable_is_used(name: str) -> None:
    text = Document.load(name).text
    assert [v for v in _variables(text) if not re.search(rf"(: |\[)\${v}\b", text)] == []


@pytest.mark.parametrize("name", QUERIES)
def test_what_only_reads_may_be_repeated(name: str) -> None:
    assert Document.load(name).repeatable


@pytest.mark.parametrize("name", MUTATIONS)
def test_a_mutation_is_called_as_its_field(name: str) -> None:
    field = re.findall(r"^  (\w+)", Document.load(name).text, re.MULTILINE)
    first, *rest = name.split("_")
    assert first + "".join(word.title() for word in rest) in field


@pytest.mark.parametrize("name", MUTATIONS)
def test_a_mutation_asks_for_its_errors(name: str) -> None:
    assert re.search(r"\n    errors \{ field(: path)? code message", Document.load(name).text)


@pytest.mark.parametrize("name", MUTATIONS)
def test_what_goes_into_an_input_object_is_always_given(name: str) -> None:
    # Saleor reads a variable that is missing there as null: an update would empty the field.
    text = Document.load(name).text
    types = _variables(text)
    used = _in_an_input_object(text)
    assert {v for v in used if not types[v].endswith("!")} == set()


@pytest.mark.parametrize("name", NAMES)
def test_no_document_has_a_null_in_it(name: str) -> None:
    # The GraphQL that Saleor reads is older than the word.
    assert not re.search(r"\bnull\b", Document.load(name).text)


def test_what_makes_one_more_each_time_is_not_repeated() -> None:
    assert [name for name in MUTATIONS if not Document.load(name).repeatable] == [
        "app_create",
        "app_install",
        "app_token_create",
        "order_fulfill",
        "order_fulfillment_return_products",
        "order_grant_refund_create",
        "product_media_create",
        "shipping_price_create",
        "shipping_zone_create",
        "tax_class_create",
        "transaction_create",
    ]

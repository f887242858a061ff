from drivethrough.references import ALPHABET, new


def test_a_reference_is_ten_letters_that_are_not_mistaken_for_others():
    prefix, letters = new("BOK").split("-")
    assert (prefix, len(letters)) == ("BOK", 10)
    assert set(letters) <= set(ALPHABET)


def test_every_letter_comes_at_every_place():
    drawn = [new("BOK")[4:] for _ in range(2_000)]
    assert [set(letters) for letters in zip(*drawn, strict=True)] == [set(ALPHABET)] * 10
    assert len(set(drawn)) == 2_000

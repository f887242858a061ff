from commerce.vouchers.codes import LETTERS, code_of, digest_of, shown, typed


def test_a_code_is_sixteen_letters_that_do_not_look_alike() -> None:
    code = code_of("VCH-7Q4KM2XB9T")
    assert len(code) == 16
    assert set(code) <= set(LETTERS)
    assert not set(LETTERS) & set("OILU")


def test_a_code_can_be_worked_out_again_and_differs_between_vouchers() -> None:
    assert code_of("VCH-A") == code_of("VCH-A")
    assert code_of("VCH-A") != code_of("VCH-B")


def test_a_code_is_read_as_it_is_printed_written_small_or_with_letters_mistaken() -> None:
    assert shown("K7QM2XB9TA3W5R80") == "K7QM-2XB9-TA3W-5R80"
    assert typed(" k7qm-2xb9 ta3w-5r8o ") == "K7QM2XB9TA3W5R80"
    assert typed("iIlL") == "1111"


def test_what_is_stored_does_not_tell_the_code() -> None:
    code = "K7QM2XB9TA3W5R80"
    assert len(digest_of(code)) == 64
    assert code.lower() not in digest_of(code)

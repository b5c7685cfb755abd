"""A menu whose names are equal gives back the thing that was chosen."""

from dashboard.core.apart import apart


def test_equal_names_are_told_apart_by_their_keys_and_others_stay():
    names = {"a1": "MNIST: MLP", "b2": "MNIST: MLP", "c3": "Wine"}
    assert apart(names) == {"a1": "MNIST: MLP · a1", "b2": "MNIST: MLP · b2", "c3": "Wine"}


def test_the_name_of_a_thing_does_not_hang_on_its_place():
    names = {"a1": "net", "b2": "net"}
    turned = dict(reversed(list(names.items())))
    assert apart(names) == apart(turned)

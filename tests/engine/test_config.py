"""A config says what is set, in a link and in a key, and refuses what cannot be."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from engine.config import encode, sentences
from engine.topics.activations.counting_squares import CountingSquares
from engine.topics.optimizers.races.race import Race
from engine.topics.optimizers.walks.walk import Walk
from engine.training.config import TrainConfig
from engine.training.sweep import Sweep


def test_a_default_config_needs_no_link():
    assert TrainConfig().flat() == {}


@given(
    data=st.sampled_from(["moons", "spirals", "digits", "card_fraud"]),
    hidden=st.lists(st.integers(1, 64), max_size=4),
    rate=st.sampled_from([1e-6, 0.003, 0.0123456, 10.0]),
    changes=st.lists(st.tuples(st.integers(1, 99), st.sampled_from([0.1, 1e-5])), max_size=3),
    seed=st.integers(0, 2**31 - 1),
)
def test_a_link_holds_the_whole_config(data, hidden, rate, changes, seed):
    config = TrainConfig(
        data=data,
        model={"id": "mlp", "hidden": hidden},
        learning_rate=rate,
        changes=changes,
        seed=seed,
    )
    again, problems = TrainConfig.read(config.flat())
    assert problems == [] and again == config and again.key == config.key


@given(value=st.floats(1e-6, 10), changed=st.floats(1e-6, 10), width=st.floats(0.1, 10))
def test_a_link_gives_every_number_back_as_it_was(value, changed, width):
    """What the key of a run holds, its link holds too: else a run's own link opens another."""
    config = TrainConfig(learning_rate=value, changes=[(3, changed)])
    again, problems = TrainConfig.read(config.flat())
    assert problems == [] and again.key == config.key
    assert float(encode(width)) == width


def test_a_number_is_written_in_as_few_digits_as_say_it():
    numbers = [0.1, 1e-6, 0.0123456, 10.0, 1e20, 0.0012345678901234, 1 / 3, 123456789012.5]
    assert [encode(number) for number in numbers] == [
        "0.1",
        "1e-06",
        "0.0123456",
        "10",
        "1e+20",
        "0.0012345678901234",
        "0.3333333333333333",
        "123456789012.5",
    ]


@given(
    st.dictionaries(
        st.sampled_from(
            [
                "data",
                "data.noise",
                "model",
                "model.hidden",
                "learning_rate",
                "seed",
                "layers",
                "x.y",
            ]
        ),
        st.text(max_size=60),
        max_size=5,
    )
)
def test_no_link_breaks_reading(items):
    config, problems = TrainConfig.read(items)
    assert isinstance(config, TrainConfig)
    assert all(len(problem) < 400 and "\n" not in problem for problem in problems)


@pytest.mark.parametrize(
    "items, said",
    [
        ({"learning_rate": "70"}, "Learning rate cannot be '70'. It goes from 1e-06 to 10."),
        ({"learning_rate": "nan"}, "Learning rate cannot be 'nan'."),
        ({"data": "moon"}, "There is no data set 'moon'. Did you mean 'moons'?"),
        ({"optimizer": "adan"}, "Did you mean 'adam'?"),
        ({"data": "moons", "model": "cnn"}, "Model 'cnn' does not go with the other settings."),
        (
            {"learningrate": "1"},
            "There is no setting 'learningrate'. Did you mean 'learning_rate'?",
        ),
        ({"model.hidden": "8~x"}, "Hidden layers cannot be '8, x'."),
        ({"precision": "fp8"}, "Precision cannot be 'fp8'. Possible: fp32, bf16."),
    ],
)
def test_a_refused_setting_is_said_in_one_sentence_and_the_default_used(items, said):
    config, problems = TrainConfig.read(items)
    assert any(said in problem for problem in problems), problems
    assert config.learning_rate == TrainConfig().learning_rate


def test_the_constructor_refuses_what_is_out_of_range():
    with pytest.raises(ValidationError) as error:
        TrainConfig(learning_rate=-1, epochs=0)
    assert sentences(error.value) == [
        "learning_rate must be at least 1e-06. Received: -1.",
        "epochs must be at least 1. Received: 0.",
    ]


def test_parts_that_do_not_fit_are_refused():
    with pytest.raises(ValidationError, match="does not take points data"):
        TrainConfig(data="moons", model="cnn")
    with pytest.raises(ValidationError, match="does not fit regression"):
        TrainConfig(data="diabetes", model="mlp", loss="cross_entropy")


def test_one_dotted_setting_is_changed_in_a_copy():
    config = TrainConfig()
    assert config.with_("optimizer.beta1", 0.5).optimizer.beta1 == 0.5
    assert config.optimizer.beta1 == 0.9
    with pytest.raises(ValueError, match="Did you mean 'seed'"):
        config.with_("sed", 1)


def test_lists_and_pairs_are_written_in_characters_that_links_keep():
    assert encode([(20, 0.01), (40, 1e-5)]) == "20!0.01~40!1e-05"


def test_choosing_data_of_another_task_chooses_a_loss_that_fits():
    config, problems = TrainConfig.read({"data": "diabetes"})
    assert config.loss.id == "mse" and problems == []


@pytest.mark.parametrize(
    "sweep, said",
    [
        ({"vary": "learnrate", "values": ["1"]}, "no setting 'learnrate'"),
        ({"vary": "learning_rate", "values": []}, "at least one value is needed"),
        ({"vary": "learning_rate", "values": ["0.1"] * 16, "seeds": 32}, "At most 256"),
        ({"vary": "learning_rate", "values": ["99"]}, "from 1e-06 to 10"),
    ],
)
def test_a_sweep_refuses_what_cannot_be_trained(sweep, said):
    with pytest.raises(ValidationError, match=said):
        Sweep(**sweep)


def test_a_fixed_choice_of_numbers_is_read_from_a_link():
    from engine.autoregressive.texture import Texture

    config, problems = Texture.read({"kernel": "5"})
    assert config.kernel == 5 and not problems
    assert Texture.read(config.flat()) == (config, [])
    assert len(Texture.read({"kernel": "4"})[1]) == 1


def test_what_is_refused_leaves_what_is_really_used_and_says_that():
    """Boxes once said that the default was used, while box and link kept what they held."""
    now, _ = TrainConfig.read({"model.hidden": "8~8", "optimizer": "lion", "epochs": "5"})
    for items, used in (
        ({"model.hidden": "abc"}, "'8, 8'"),
        ({"optimizer": "sgd"}, "'lion'"),
        ({"epochs": "-3"}, "'5'"),
    ):
        config, (problem,) = TrainConfig.read(now.flat() | items, kept=now)
        assert config == now and f"Using {used}" in problem
    assert TrainConfig.read({"model.hidden": ""}, kept=now)[0].model.hidden == ()
    config, (problem,) = TrainConfig.read(now.flat() | {"model.hidden": "x"})  # of a link
    assert config.model == TrainConfig().model, "the default"
    assert "Using '16, 16'" in problem


def test_a_link_whose_values_do_not_go_together_loses_those_alone():
    view, problems = CountingSquares.read({"size": "4", "seeds": "8"})
    assert view.flat() == {"seeds": "8"}
    assert problems[0].startswith("The filter size must be odd") and "using '5'" in problems[1]
    same, problems = CountingSquares.read({"size": "4"}, kept=view)
    assert same == view and problems[-1] == "Nothing was changed."


def test_a_refused_list_of_numbers_says_what_it_takes():
    _, (problem,) = Race.read({"rates": "1e-9"})
    assert "numbers from 1e-06 to 10, at most 12, separated by commas" in problem
    _, (problem,) = Walk.read({"start": "abc"})
    assert "at most 2" in problem and "Using none instead" in problem
    assert Walk.read({"start": "−2~1"})[0].start == (-2, 1), "a minus as the app writes it"


@pytest.mark.parametrize("values", ["abc", "1/3", "1e999", "0.1~99"])
def test_a_sweep_names_its_setting_and_the_range(values):
    with pytest.raises(ValidationError) as caught:
        Sweep(vary="learning_rate", values=tuple(values.split("~")))
    (said,) = sentences(caught.value)
    assert said.startswith("Learning rate cannot be") and "from 1e-06 to 10" in said

"""Does every model of every table answer as its parts say, and learn something?"""

from dataclasses import replace

import numpy as np
import pytest
import torch
from sklearn.metrics import r2_score, roc_auc_score

from engine.data import DATASETS, DataError
from engine.topics.explain_tables.models import TableModel, fitted
from engine.topics.explain_tables.predictors import PREDICTORS
from engine.topics.explain_tables.tables.data import Encoding, background, middle, table_of

TABLES = [id for id, dataset in DATASETS.items() if dataset.kind == "table"]
QUICK = {"card_fraud": {"id": "card_fraud", "examples": 3000}}
BETTER = {"card_fraud": 0.7, "breast_cancer": 0.97, "wine": 0.97, "diabetes": 0.3}  # AUC, R²


def model_of(table: str, predictor: str, **more):
    return fitted(TableModel(data=QUICK.get(table, table), predictor=predictor, **more))


@pytest.mark.parametrize("predictor", PREDICTORS)
@pytest.mark.parametrize("table", TABLES)
def test_a_model_learns_and_its_structure_gives_its_answers(table: str, predictor: str):
    model = model_of(table, predictor)
    rows, y = model.table.x[model.table.held_out], model.table.y[model.table.held_out]
    scores = model.predict(rows)
    assert scores.shape == (len(rows),) and np.isfinite(scores).all()
    if model.table.classes:
        p = model.probabilities(rows)
        np.testing.assert_allclose(p.sum(1), 1)
        assert roc_auc_score(y == model.answer, p[:, model.answer]) > BETTER[table]
        k = len(model.table.classes)
        if k == 2:
            log_odds = np.log(p[:, model.answer] / p[:, 1 - model.answer])
        else:
            log_odds = np.log(p[:, model.answer]) - np.log(p).mean(1)
        np.testing.assert_allclose(scores, log_odds, atol=1e-6)
    else:
        assert r2_score(y, scores) > BETTER[table]
    for output in ("score", "probability"):
        same = fitted(model.config.with_("output", output))
        encoded = same.encoding(rows)
        if same.module is not None:
            with torch.no_grad():
                through = same.module(torch.from_numpy(encoded))[:, 0].numpy()
            np.testing.assert_allclose(through, same.predict(rows), atol=1e-10)
        if same.linear is not None:
            weights, bias = same.linear
            np.testing.assert_allclose(encoded @ weights + bias, same.predict(rows), atol=1e-9)


@pytest.mark.parametrize("predictor", PREDICTORS)
def test_the_same_settings_give_the_same_model(predictor: str):
    table = table_of(DATASETS["wine"](), 0)
    encoding = Encoding.of(table)
    one, other = (PREDICTORS[predictor]().fit(table, encoding, 3).logits(table.x) for _ in "ab")
    assert np.array_equal(one, other)


def test_both_classes_of_two_are_opposite_and_answers_are_remembered():
    one, other = (model_of("breast_cancer", "linear", answer=k) for k in (0, 1))
    rows = one.table.x[:9]
    np.testing.assert_allclose(one.predict(rows), -other.predict(rows))
    assert one.learnt is other.learnt
    assert model_of("breast_cancer", "linear").table.classes[one.table.positive] == "malignant"


@pytest.mark.parametrize(
    "classes, looked_for",
    [
        (("yes", "no"), "yes"), (("y = 0", "y = 1"), "y = 1"), (("False", "True"), "True"),
        (("genuine", "fraud"), "fraud"),  # none says yes: the rarer
    ],
)  # fmt: skip
def test_of_two_classes_the_one_that_says_yes_is_looked_for(classes, looked_for):
    table = table_of(DATASETS["breast_cancer"](), 0)
    often = classes.index("genuine") if "genuine" in classes else 1 - classes.index(looked_for)
    y = np.full(len(table.x), float(often if "genuine" in classes else 1 - often))
    y[:20] = 1 - y[:20]  # so that yes is the commoner one, and fraud the rarer
    named = replace(table, y=y, classes=classes)
    assert named.classes[named.positive] == looked_for


def test_a_category_is_one_feature_and_several_columns():
    model = model_of("card_fraud", "mlp")
    encoding = model.encoding
    widths = dict(zip(model.features, map(len, encoding.groups), strict=True))
    assert widths["category"] == widths["city"] == 4 and widths["online"] == 1
    assert encoding.width == 14
    row = model.table.x[:1].copy()
    row[0, model.features.index("category")] = 2
    columns = encoding.groups[model.features.index("category")]
    assert encoding(row)[0, list(columns)].tolist() == [0, 0, 1, 0]
    flat = [c for group in encoding.groups for c in group]
    assert flat == list(range(encoding.width))


def test_the_scale_comes_from_the_training_part_alone():
    table = table_of(DATASETS["wine"](), 0)
    encoded = Encoding.of(table)(table.x)
    np.testing.assert_allclose(encoded[table.train].mean(0), 0, atol=1e-9)
    np.testing.assert_allclose(encoded[table.train].std(0), 1)
    parts = np.concatenate([table.train, table.validation, table.test])
    assert sorted(parts.tolist()) == list(range(len(table.x)))


def test_background_rows_are_of_the_training_part_and_of_the_class_asked_for():
    table = table_of(DATASETS["breast_cancer"](), 0)
    seen = {tuple(row) for row in table.x[table.train]}
    found = background(table, 50, 1)
    assert len({tuple(row) for row in found} & seen) == 50
    assert np.array_equal(found, background(table, 50, 1))
    assert not np.array_equal(found, background(table, 50, 2))
    assert np.array_equal(found[:20], background(table, 20, 1))  # fewer are the first of more
    malignant = {tuple(row) for row in table.x[table.train][table.y[table.train] == 0]}
    assert {tuple(row) for row in background(table, 30, 0, "class:0")} <= malignant
    typical = background(table, 30, 0, "middle")
    np.testing.assert_array_equal(typical[0], np.median(table.x[table.train], 0))
    fraud = table_of(DATASETS["card_fraud"](), 0)
    counts = np.bincount(fraud.x[fraud.train, 2].astype(int))
    assert middle(fraud)[2] == counts.argmax()


def test_columns_can_be_left_out_but_not_all():
    config = TableModel(data="wine", predictor="linear", left_out=(0, 12))
    model = fitted(config)
    assert len(model.features) == 11 and model.features[0] == "malic acid"
    assert model.predict(model.table.x[:2]).shape == (2,)
    with pytest.raises(DataError, match="at least one column"):
        TableModel(data="wine", left_out=tuple(range(13))).table()


def test_only_tables_can_be_chosen():
    found, problems = TableModel.read({"data": "moons"})
    assert found.data.id in TABLES and len(problems) == 1


def test_a_network_that_does_not_learn_says_so():
    table = table_of(DATASETS["wine"](), 0)
    encoding = Encoding.of(table)
    broken = Encoding(encoding.mean, encoding.scale * 1e-40, encoding.groups)
    with pytest.raises(DataError, match="did not learn"):
        PREDICTORS["mlp"](activation="relu").fit(table, broken, 0)


def test_a_regression_that_ran_out_of_iterations_says_so():
    table = table_of(DATASETS["wine"](), 0)
    encoding = Encoding.of(table)
    assert not PREDICTORS["linear"]().fit(table, encoding, 0).remarks
    scale = encoding.scale * np.logspace(-4, 4, len(encoding.scale))  # no longer alike
    uneven = Encoding(encoding.mean, scale, encoding.groups)
    (remark,) = PREDICTORS["linear"](penalty=0.001).fit(table, uneven, 0).remarks
    assert "stopped after 500 iterations" in remark
